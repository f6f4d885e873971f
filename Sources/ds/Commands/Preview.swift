import ArgumentParser
import ContentStore
import DatasetFormats
import DatasetRegistry
import StreamingLoader

struct Preview: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Page through the rows of a data set: as they are, or as a model would see them.",
        discussion: """
            Rows look the same whether their file is a json or a jsonl. As tokens, what the model learns is coloured, or \
            in brackets where there is no terminal.

            Examples:
                ds preview identity
                ds preview identity --offset 40 --limit 5 --json
                ds preview identity --as text --template chatml
                ds preview identity --as tokens --model smollm2
            """)

    @Argument(help: "The data set, or NAME@2 for its second version.") var dataset: String
    @Option(parsing: .unconditional, help: "The first row, counted from 0.") var offset = 0
    @Option(parsing: .unconditional, help: "How many rows.") var limit = 5
    @Flag(help: "Show long texts whole.") var full = false
    @Option(name: .customLong("as"), help: "As what: row, conversation, text or tokens.") var form = PreviewForm.row
    @OptionGroup(title: "As text and tokens") var encoding: EncodingSettings
    @OptionGroup var strictness: StrictnessOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard offset >= 0, limit > 0 else { throw ValidationError("--offset is 0 or more, --limit 1 or more") }
    }

    func run() throws {
        let store = try store.open()
        let dataset = try store.dataset(dataset)
        guard offset < dataset.rowCount else {
            throw DatasetRegistryError.noSuchRow(dataset: dataset.name, row: offset, count: dataset.rowCount)
        }
        let range = offset..<(offset + min(limit, dataset.rowCount - offset))
        let view = try view(of: dataset, in: store)
        var items: [JSONValue] = []
        for index in range {
            let row = try dataset.row(at: index)
            let shown: (text: String, json: JSONObject)
            do {
                shown = try view.view(of: row, index: index)
            } catch {
                guard let skipped = SkippedRow(source: dataset.name, row: index, error: error) else { throw error }
                if strictness.strict { throw CommandError.rowsSkipped(count: 1, first: skipped) }
                shown = ("  skipped: \(Terminal.safe(skipped.description))", ["skipped": .string(skipped.description)])
            }
            if output.json {
                items.append(.object(shown.json))
            } else {
                Terminal.print("row \(index)\n\(shown.text)\n")
            }
        }
        if output.json {
            Terminal.print([
                "dataset": .string(dataset.name), "rows": .int(dataset.rowCount), "offset": .int(offset),
                "items": .array(items),
            ])
            return
        }
        let more = range.upperBound < dataset.rowCount
        let next = more ? "; more: ds preview \(self.dataset) --offset \(range.upperBound)\(formOption)" : ""
        Terminal.print("rows \(offset) to \(range.upperBound - 1) of \(Format.count(dataset.rowCount))\(next)")
    }

    private var formOption: String { form == .row ? "" : " --as \(form.rawValue)" }

    private func view(of dataset: StoredDataset, in store: Store) throws -> any RowView {
        let ink = Ink(hasColor: Terminal.hasColor && !output.json)
        let excerpt = Excerpt(isWhole: full, ink: ink)
        switch form {
        case .row: return PlainView(excerpt: excerpt)
        case .conversation: return ConversationView(converter: try dataset.converter, excerpt: excerpt)
        case .text:
            return TextView(
                converter: try dataset.converter, template: try encoding.chatTemplate(in: store), ink: ink)
        case .tokens:
            let schema = try dataset.schema
            let encoding = try encoding.encoding(in: store)
            let encoder = try RowEncoder(
                kind: schema.answerKind, template: encoding.template, tokenizer: encoding.pretrained.tokenizer,
                options: encoding.options.encoderOptions)
            return TokenView(converter: try dataset.converter, encoder: encoder, ink: ink)
        }
    }
}
