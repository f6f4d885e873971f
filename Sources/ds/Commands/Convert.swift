import ArgumentParser
import DatasetFormats
import Foundation
import SystemPackage

extension DatasetFormat: ExpressibleByArgument {}

struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a file's rows in another format.",
        discussion: """
            The input's format is told by its content, the output's by its ending or --to. The file is there when it
            is whole, or not at all. docs/formats.md says what becomes of each type.

            Examples:
                ds convert rows.jsonl rows.parquet
                ds convert train.parquet train.jsonl
                ds convert cache.arrow - --to jsonl | head -3
            """)

    /// How pages and buffers are packed, in the words of the command line.
    enum Packing: String, ExpressibleByArgument, CaseIterable {
        case none, snappy, gzip, zstd, lz4, brotli

        var compression: Compression {
            switch self {
            case .none: .none
            case .snappy: .snappy
            case .gzip: .gzip
            case .zstd: .zstd
            case .lz4: .lz4Frame
            case .brotli: .brotli
            }
        }
    }

    @Argument(help: "The file to read.") var input: String
    @Argument(help: "The file to write; - for standard output.") var path: String
    @Option(name: .customLong("to"), help: "The format to write, where the ending does not say it.")
    var format: DatasetFormat?
    @Option(help: "parquet: zstd (as if not given), snappy, gzip, lz4, brotli, none. arrow: none, lz4, zstd.")
    var compression: Packing?
    @Option(help: "Rows of a row group of Parquet.") var rowGroupSize: Int?
    @Flag(help: "Write over a file that is there.") var force = false
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let rowGroupSize, rowGroupSize < 1 { throw ValidationError("--row-group-size must be 1 or more") }
    }

    func run() throws {
        guard let format = format ?? DatasetFormat(endingOf: FilePath(path)) else {
            throw ValidationError(
                "\(path): its ending says no format; name one with --to: "
                    + DatasetFormat.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let conversion = try FormatConversion(
            FilePath(input), to: format, compression: compression?.compression, rowGroupSize: rowGroupSize)
        if path == "-" {
            try conversion.run(to: { Terminal.write($0, to: STDOUT_FILENO) })
            return
        }
        Interruption.watch()
        let line = ProgressLine("writing \(path)")
        let file = try StagedFile(for: FilePath(path), replacing: force)
        let rowCount = try conversion.run(
            to: { try file.append($0) },
            progress: { _ in try Interruption.check() })
        try file.finish()
        line.clear()
        if output.json {
            Terminal.print([
                "path": .string(path), "rows": .int(rowCount), "bytes": .int(file.byteCount),
                "format": .string(format.rawValue),
            ])
        } else {
            Terminal.print("wrote \(path): \(Format.count(rowCount, "row")), \(Format.bytes(file.byteCount))")
        }
    }
}
