import ArgumentParser
import ContentStore
import DatasetFormats
import DatasetRegistry
import StreamingLoader

struct Stats: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Count a data set's tokens: how long its rows are, and what training will make of them.",
        discussion: """
            Rows are encoded as ds train does it, so that nothing of what it skips or cuts is a surprise.

            Examples:
                ds stats identity --model smollm2
                ds stats mine --model smollm2 --cutoff-len 512 --json
            """)

    @Argument(help: "The data set, or NAME@2 for its second version.") var dataset: String
    @OptionGroup(title: "Encoding") var encoding: EncodingSettings
    @Option(help: "Take only so many rows.") var maxSamples: String?
    @Option(help: "The seed that training would have, which orders rows for packing. (42)") var seed: String?
    @OptionGroup var strictness: StrictnessOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        Interruption.watch()
        let store = try store.open()
        let dataset = try store.dataset(dataset)
        let schema = try dataset.schema
        let encoding = try encoding.encoding(in: store)
        var options = encoding.options
        if let maxSamples { try options.set("max_samples", to: maxSamples, place: "--max-samples") }
        if let seed { try options.set("seed", to: seed, place: "--seed") }
        let encoder = try RowEncoder(
            kind: schema.answerKind, template: encoding.template, tokenizer: encoding.pretrained.tokenizer,
            options: options.encoderOptions)
        let line = ProgressLine("encoding rows")
        defer { line.clear() }
        let statistics = try TokenStatistics(
            rows: StoredRows(dataset: dataset), converter: try dataset.converter,
            sampling: dataset.sampling(maximum: options.maximumSamples, seed: options.seed), encoder: encoder,
            cutoffLength: options.cutoffLength
        ) { done, total in
            try Interruption.check()
            line.update(done: done, total: total, details: Format.count(done, "row"))
        }
        line.clear()
        if strictness.strict { try CommandError.refuse(statistics.skipped) }
        let report = StatisticsReport(
            statistics: statistics, dataset: dataset.name, kind: schema.answerKind, model: encoding.modelName,
            template: encoding.template.name, packing: statistics.packing(seed: options.seed))
        if output.json { Terminal.print(report.json) } else { Terminal.print(report.text) }
    }
}
