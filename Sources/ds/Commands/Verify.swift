import ArgumentParser
import ContentStore
import DatasetFormats
import Foundation

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Re-read every byte of the store and prove it.",
        discussion: """
            Every object is compared with its SHA-1 and its second hash. Damage is named with the data sets and rows that \
            it hurts, and the command that mends it. Exit code 1 where there is any. With --quick the second hash alone is \
            compared, which is faster and finds every damage but one made on purpose.

            Examples:
                ds verify
                ds verify identity@2 --quick
            """)

    @Argument(help: "Only what this data set is made of; NAME@2 or NAME@TAG for one version.") var dataset: String?
    @Flag(help: "Compare lengths and XXH3 alone, of what names need.") var quick = false
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try store.open()
        var verifier = Verifier(store, thoroughness: quick ? .quick : .full)
        let name = try dataset.map { try VersionedName($0) }
        let line = ProgressLine("verifying")
        let threads = ProcessInfo.processInfo.activeProcessorCount
        let selector = name.flatMap { $0.selector == .current ? nil : $0.selector }
        let result = try verifier.run(only: name?.name, version: selector, threadCount: threads) { done, total in
            line.update(done: done, total: total, details: "\(Format.bytes(done)) of \(Format.bytes(total))")
        }
        line.clear()
        if output.json { Terminal.print(Self.json(result)) } else { Self.print(result) }
        if !result.isIntact { throw ExitCode(ExitStatus.no.rawValue) }
    }

    private static func print(_ result: Verification) {
        let hashes = result.thoroughness == .full ? "" : ", by length and XXH3"
        let passed =
            result.uncheckedCount == 0
            ? "" : "; not \(Format.count(result.uncheckedCount, "object")) that no name needs"
        let checked =
            "\(Format.count(result.objectCount, "object")), \(Format.bytes(result.byteCount)), for"
            + " \(Format.count(result.referenceCount, "name"))\(hashes)\(passed)"
        for problem in result.problems {
            Terminal.print("\(problem.defect.rawValue): \(problem.object) \(problem.detail)")
            if problem.harm.isEmpty { Terminal.print("  hurts nothing that has a name") }
            for harm in problem.harm {
                let version = harm.version > 0 ? "version \(harm.version)" : "every version"
                Terminal.print("  hurts \(harm.kind.rawValue) \(harm.name) \(version): \(harm.part)")
                Terminal.print("    mend it: \(harm.mend)")
            }
        }
        if result.problems.contains(where: { $0.harm.contains { $0.mend.hasPrefix("ds restore") } }) {
            Terminal.print(
                "files are named as they were when they were added; name them by their folder, or another store")
        }
        Terminal.print(
            result.isIntact
                ? "all intact: \(checked)"
                : "\(Format.count(result.problems.count, "problem")) in \(checked)")
    }

    private static func json(_ result: Verification) -> JSONObject {
        let problems = result.problems.map { problem -> JSONValue in
            .object([
                "defect": .string(problem.defect.rawValue), "object": .string(problem.object),
                "detail": .string(problem.detail),
                "harm": .array(
                    problem.harm.map { harm in
                        .object([
                            "kind": .string(harm.kind.rawValue), "name": .string(harm.name),
                            "version": .int(harm.version), "part": .string(harm.part), "mend": .string(harm.mend),
                        ])
                    }),
            ])
        }
        return [
            "intact": .bool(result.isIntact), "checked": .string(result.thoroughness.rawValue),
            "unchecked_objects": .int(result.uncheckedCount), "objects": .int(result.objectCount),
            "bytes": .int(result.byteCount),
            "names": .int(result.referenceCount), "problems": .array(problems),
        ]
    }
}
