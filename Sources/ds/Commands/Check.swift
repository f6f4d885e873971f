import ArgumentParser
import ContentStore
import Conversations
import DatasetFormats
import DatasetRegistry
import LanguageModels
import StreamingLoader

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say what is odd in a data set.",
        discussion: """
            Columns whose type changes, empty answers, rows that are there twice, roles out of turn, placeholders that \
            remain; with --model also rows that are longer than the cutoff.

            Examples:
                ds check identity
                ds check mine --model smollm2 --cutoff-len 1024
                ds check mine --strict               exit code 1 where anything is odd
            """)

    @Argument(help: "The data set, or NAME@2 for its second version.") var dataset: String
    @Option(help: "A model whose tokens the rows' lengths are counted in.") var model: String?
    @Option(help: "The template; else the model's own.") var template: String?
    @Option(help: "The longest row in tokens that training takes whole.") var cutoffLen = 2048
    @Flag(help: "Exit code 1 where anything is odd.") var strict = false
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard cutoffLen > 0 else { throw ValidationError("--cutoff-len is 1 or more") }
    }

    func run() throws {
        let store = try store.open()
        let dataset = try store.dataset(dataset)
        var inspector = DatasetInspector(dataset, rowChecks: try rowChecks(dataset, store))
        Interruption.watch()
        let line = ProgressLine("checking \(dataset.name)")
        let inspection = try inspector.run { rows in
            try Interruption.check()
            line.update(done: rows, total: dataset.rowCount, details: Format.count(rows, "row"))
        }
        line.clear()
        if output.json { Terminal.print(json(inspection, dataset)) } else { print(inspection, dataset) }
        if strict, !inspection.isClean { throw ExitCode(ExitStatus.no.rawValue) }
    }

    /// Checks that need to know what rows mean, and how a model reads them.
    private func rowChecks(_ dataset: StoredDataset, _ store: Store) throws -> [DatasetInspector.RowCheck] {
        guard let schema = dataset.attributes.schema else {
            guard model == nil else { throw CommandError.noSchema(dataset: dataset.name) }
            Terminal.note("note: nobody said what its rows mean: roles and answers are not checked")
            return []
        }
        let converter = RowConverter(schema: schema)
        var checks = [
            DatasetInspector.RowCheck(name: "conversations") { row, index in
                do {
                    _ = try converter.conversation(from: row, index: index)
                    return nil
                } catch {
                    return "\(error)"
                }
            }
        ]
        guard let model else { return checks }
        let pretrained = try PretrainedModel(path: try ModelFiles(model, in: store).path)
        // Far beyond any row, so that none is cut before it is counted.
        let encoder = try ExampleEncoder(
            template: try pretrained.chatTemplate(TemplateChoice(template)), tokenizer: pretrained.tokenizer,
            options: .init(cutoffLength: 1 << 30))
        checks.append(
            DatasetInspector.RowCheck(name: "cutoff") { [cutoffLen] row, index in
                guard let conversation = try? converter.conversation(from: row, index: index),
                    let example = try? encoder.example(from: conversation, row: index),
                    example.count > cutoffLen
                else {
                    // What cannot be learnt from at all is the other check's to tell.
                    return nil
                }
                return "row \(index) has \(Format.count(example.count)) tokens, more than \(Format.count(cutoffLen))"
            })
        return checks
    }

    private func print(_ inspection: DatasetInspection, _ dataset: StoredDataset) {
        if !inspection.isClean {
            var table = Table([("CHECK", .left), ("OF", .left), ("ROWS", .right), ("FIRST", .left), ("WHAT", .left)])
            for finding in inspection.findings {
                table.add([
                    finding.check, Terminal.safe(finding.subject), Format.count(finding.count),
                    finding.rows.map { "\($0)" }.joined(separator: " "), Terminal.safe(finding.detail),
                ])
            }
            Terminal.print(table.text + "\n")
        }
        Terminal.print(
            "\(dataset.name): \(Format.count(inspection.rowCount, "row")),"
                + " \(inspection.isClean ? "nothing odd" : Format.count(inspection.findings.count, "oddity", "oddities"))"
        )
    }

    private func json(_ inspection: DatasetInspection, _ dataset: StoredDataset) -> JSONObject {
        [
            "dataset": .string(dataset.name), "rows": .int(inspection.rowCount), "clean": .bool(inspection.isClean),
            "findings": .array(
                inspection.findings.map {
                    .object([
                        "check": .string($0.check), "of": .string($0.subject), "count": .int($0.count),
                        "rows": .array($0.rows.map { .int($0) }), "detail": .string($0.detail),
                    ])
                }),
        ]
    }
}
