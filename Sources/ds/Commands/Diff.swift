import ArgumentParser
import ContentStore
import DatasetFormats
import DatasetRegistry

struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compare the rows of two data sets, or of two versions of one.",
        discussion: """
            Rows are compared by what they say, wherever they stand and however their JSON is spelled. A row that only the \
            first has and one that only the second has are one row that changed where both stand equally far behind a \
            common row, or have the same --key.

            Examples:
                ds diff identity@1 identity
                ds diff mine@1 mine@2 --key id --rows
            """)

    @Argument(help: "The first data set, or NAME@2.") var old: String
    @Argument(help: "The second.") var new: String
    @Option(help: "A column that tells rows apart.") var key: String?
    @Flag(help: "Show the rows, not only their numbers.") var rows = false
    @Option(parsing: .unconditional, help: "How many of each kind to show.") var limit = 10
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit is 0 or more") }
    }

    func run() throws {
        let store = try store.open()
        let (old, new) = (try store.dataset(old), try store.dataset(new))
        Interruption.watch()
        let line = ProgressLine("comparing")
        let difference = try DatasetComparison(old, new, key: key).run { done, total in
            try Interruption.check()
            line.update(done: done, total: total, details: Format.count(done, "row"))
        }
        line.clear()
        if output.json {
            Terminal.print(try json(difference, old, new))
        } else {
            try print(difference, old, new)
        }
    }

    private func print(_ difference: DatasetDifference, _ old: StoredDataset, _ new: StoredDataset) throws {
        func show(_ mark: String, _ dataset: StoredDataset, _ row: Int) throws {
            let text = rows ? " " + JSONWriter.string(.object(try dataset.row(at: row)), style: .pythonic) : ""
            Terminal.print("\(mark) row \(row)\(Terminal.safe(text))")
        }
        for row in difference.removed.prefix(limit) { try show("-", old, row) }
        for row in difference.added.prefix(limit) { try show("+", new, row) }
        for change in difference.changed.prefix(limit) {
            if rows {
                try show("<", old, change.old)
                try show(">", new, change.new)
            } else {
                Terminal.print("~ row \(change.old) is now row \(change.new)")
            }
        }
        Terminal.print(
            "\(Format.count(difference.added.count)) added, \(Format.count(difference.removed.count)) removed,"
                + " \(Format.count(difference.changed.count)) changed, \(Format.count(difference.sameCount)) the same")
    }

    private func json(
        _ difference: DatasetDifference, _ old: StoredDataset, _ new: StoredDataset
    ) throws -> JSONObject {
        func entry(_ dataset: StoredDataset, _ row: Int) throws -> JSONValue {
            rows ? .object(["row": .int(row), "value": .object(try dataset.row(at: row))]) : .int(row)
        }
        let changes = try difference.changed.prefix(limit).map { change -> JSONValue in
            .object(["old": try entry(old, change.old), "new": try entry(new, change.new)])
        }
        return [
            "old": .string(old.name), "new": .string(new.name), "added": .int(difference.added.count),
            "removed": .int(difference.removed.count), "changed": .int(difference.changed.count),
            "same": .int(difference.sameCount),
            "added_rows": .array(try difference.added.prefix(limit).map { try entry(new, $0) }),
            "removed_rows": .array(try difference.removed.prefix(limit).map { try entry(old, $0) }),
            "changed_rows": .array(changes),
        ]
    }
}
