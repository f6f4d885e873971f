import ArgumentParser
import ContentStore
import DatasetFormats
import DatasetRegistry

struct Preview: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Page through the rows of a data set.",
        discussion: """
            Rows look the same whether their file is a json or a jsonl.

            Examples:
                ds preview identity
                ds preview identity --offset 40 --limit 5 --json
            """)

    @Argument(help: "The data set, or NAME@2 for its second version.") var dataset: String
    @Option(parsing: .unconditional, help: "The first row, counted from 0.") var offset = 0
    @Option(parsing: .unconditional, help: "How many rows.") var limit = 5
    @Flag(help: "Show long texts whole.") var full = false
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    /// Characters of a text that are shown without `--full`.
    private static let shownCharacters = 400

    func validate() throws {
        guard offset >= 0, limit > 0 else { throw ValidationError("--offset is 0 or more, --limit 1 or more") }
    }

    func run() throws {
        let dataset = try store.open().dataset(dataset)
        guard offset < dataset.rowCount else {
            throw DatasetRegistryError.noSuchRow(dataset: dataset.name, row: offset, count: dataset.rowCount)
        }
        let range = offset..<(offset + min(limit, dataset.rowCount - offset))
        let rows = try range.map { try dataset.row(at: $0) }
        if output.json {
            Terminal.print([
                "dataset": .string(dataset.name), "rows": .int(dataset.rowCount), "offset": .int(offset),
                "items": .array(rows.map { .object($0) }),
            ])
            return
        }
        for (index, row) in zip(range, rows) {
            Terminal.print("row \(index)")
            for (key, value) in row.members { Terminal.print(text(key, value)) }
            Terminal.print("")
        }
        let more = range.upperBound < dataset.rowCount
        let next = more ? "; more: ds preview \(self.dataset) --offset \(range.upperBound)" : ""
        Terminal.print("rows \(offset) to \(range.upperBound - 1) of \(Format.count(dataset.rowCount))\(next)")
    }

    private func text(_ key: String, _ value: JSONValue) -> String {
        let whole = value.stringValue ?? JSONWriter.string(value, style: .pythonic)
        var shown = whole
        if !full, whole.count > Self.shownCharacters {
            let left = whole.count - Self.shownCharacters
            shown = whole.prefix(Self.shownCharacters) + "… (\(Format.count(left)) characters more, see --full)"
        }
        let text = Terminal.safe("\(key): \(shown)")
        return "  " + text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n    ")
    }
}
