import ArgumentParser
import ContentStore
import DatasetFormats
import SystemPackage

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Look at the store from outside, and say what to do.",
        discussion: """
            Its folders, permissions, free space, clocks, who uses it, what was left behind, its names and its index. \
            Nothing is changed, and no object is read; ds verify does that. Exit code 1 where something is wrong.

            Example: ds doctor
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        guard let root = store.named ?? Store.find(from: StoreOptions.workingFolder) else {
            throw ContentStoreError.noStore(from: StoreOptions.workingFolder)
        }
        var examiner = Examiner(root: root)
        let diagnosis = try examiner.run()
        if output.json { Terminal.print(json(diagnosis, root)) } else { print(diagnosis, root) }
        if !diagnosis.isHealthy { throw ExitCode(ExitStatus.no.rawValue) }
    }

    private func print(_ diagnosis: Diagnosis, _ root: FilePath) {
        var table = Table([("", .left), ("", .left), ("", .left)])
        for finding in diagnosis.findings {
            table.add([finding.subject, finding.level.rawValue, Terminal.safe(finding.detail)])
            if !finding.advice.isEmpty { table.add(["", "", "  → \(Terminal.safe(finding.advice))"]) }
        }
        let lines = table.text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
        Terminal.print(lines.joined(separator: "\n"))
        let wrong = diagnosis.findings.filter { $0.level == .wrong }.count
        Terminal.print(wrong == 0 ? "\(root) is well" : "\(root): \(Format.count(wrong, "thing")) to mend")
    }

    private func json(_ diagnosis: Diagnosis, _ root: FilePath) -> JSONObject {
        [
            "store": .string(root.string), "healthy": .bool(diagnosis.isHealthy),
            "findings": .array(
                diagnosis.findings.map {
                    .object([
                        "level": .string($0.level.rawValue), "subject": .string($0.subject),
                        "detail": .string($0.detail), "advice": .string($0.advice),
                    ])
                }),
        ]
    }
}
