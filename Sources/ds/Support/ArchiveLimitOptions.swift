import ArgumentParser
import DatasetFormats

/// How much a packed file may grow.
struct ArchiveLimitOptions: ParsableArguments {
    @Option(help: "Most bytes that come out of a packed file. (274877906944)") var maxUnpackedBytes: Int?
    @Option(help: "Most bytes that come out of each byte of a packed file, after the first 16 MB. (1000)")
    var maxUnpackedRatio: Int?

    func validate() throws {
        for (option, value) in [
            ("--max-unpacked-bytes", maxUnpackedBytes), ("--max-unpacked-ratio", maxUnpackedRatio),
        ] {
            if let value, value < 1 { throw ValidationError("\(option) is 1 or more") }
        }
    }

    var limits: ArchiveLimits {
        var limits = ArchiveLimits.standard
        if let maxUnpackedBytes { limits.maximumBytes = maxUnpackedBytes }
        if let maxUnpackedRatio { limits.maximumRatio = maxUnpackedRatio }
        return limits
    }
}
