import ArgumentParser
import ContentStore
import DatasetFormats
import DatasetRegistry
import Foundation
import Kernels
import LanguageModels
import StreamingLoader
import Training

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Say how well a model answers a data set.",
        discussion: """
            Loss and perplexity are of the answers' tokens, as in training. Then every row is answered, and answers are \
            compared with the rows' own: equal texts, BLEU (sacrebleu's corpus score, 13a) and ROUGE (rouge-score's F1 \
            without stemming), Chinese by the character.

            Examples:
                ds eval identity_fofabot --model smollm2 --adapter runs/fofabot
                ds eval mine --model smollm2 --max-samples 100 --no-answers
            """)

    @Argument(help: "The data set.") var name: String
    @Option(help: "Take only so many rows, the first.") var maxSamples: Int?
    @Option(help: "Most tokens of a row.") var cutoffLen = 2048
    @Option(help: "The longest answer, in tokens.") var maxNewTokens = 256
    @Flag(help: "Loss and perplexity alone.") var noAnswers = false
    @Option(help: "Rows that are answered at a time; answers are the same with any number.") var batch = 8
    @OptionGroup var models: ModelOptions
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    /// Rows whose losses are computed together.
    private static let batchSize = 8

    /// How equal answers are to the rows' own.
    private struct Scores {
        var bleu = BLEU()
        var rouge = ROUGE()
        var equal = 0
        var count = 0

        mutating func add(_ answer: String, reference: String) {
            bleu.add(answer, reference: reference)
            rouge.add(answer, reference: reference)
            let trimmed = [answer, reference].map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
            equal += trimmed[0].utf8.elementsEqual(trimmed[1].utf8) ? 1 : 0
            count += 1
        }

        var figures: [(name: String, value: Double)] {
            [
                ("exact_match", Double(equal) / Double(max(1, count))), ("bleu", bleu.score),
                ("rouge1", rouge.rouge1), ("rouge2", rouge.rouge2), ("rougeL", rouge.rougeL),
            ]
        }
    }

    func validate() throws {
        guard (1...256).contains(batch) else { throw ValidationError("--batch is from 1 to 256") }
        guard maxNewTokens > 0 else { throw ValidationError("--max-new-tokens is 1 or more") }
        guard cutoffLen > 1 else { throw ValidationError("--cutoff-len is 2 or more") }
        if let maxSamples, maxSamples < 1 { throw ValidationError("--max-samples is 1 or more") }
    }

    func run() throws {
        let store = try store.open()
        Interruption.watch()
        let dataset = try store.dataset(name)
        try TrainingStage.supervised.check(dataset)
        let choice = try models.choice(in: store)
        let context = try compute.context(usesBFloat16: models.bf16)
        let model = try choice.transformer(in: context)
        let adapter = try choice.lowRankAdapter(in: context)
        let sampling = RowSampling(rowCount: dataset.rowCount, maximum: maxSamples)
        let (loss, loader) = try loss(dataset, sampling, choice, model, adapter)
        var figures = [("loss", loss), ("perplexity", exp(loss))]
        if !noAnswers {
            let pieces = try PieceEncoder(template: choice.template, tokenizer: choice.pretrained.tokenizer)
            let answers = DatasetAnswers(
                model: model, adapter: adapter, pieces: pieces, maximumTokens: maxNewTokens,
                batchSize: batch)
            figures += try scores(answers, dataset, sampling).figures
        }
        report(figures, loader)
    }

    private func loss(
        _ dataset: StoredDataset, _ sampling: RowSampling, _ choice: ModelOptions.Choice, _ model: TransformerModel,
        _ adapter: LowRankAdapter?
    ) throws -> (Double, ExampleLoader) {
        let limit = min(cutoffLen, model.maximumPositions)
        let encoder = try ExampleEncoder(
            template: choice.template, tokenizer: choice.pretrained.tokenizer, options: .init(cutoffLength: limit))
        let loader = try ExampleLoader(
            parts: [
                .init(rows: StoredRows(dataset: dataset), converter: try dataset.converter, sampling: sampling)
            ], encoder: encoder, options: .init(batchSize: Self.batchSize, seed: 0),
            threadCount: compute.threadCount)
        for row in loader.skipped { Terminal.note("skipped \(row)") }
        guard loader.exampleCount > 0 else { throw TrainingError.noRows(skipped: loader.skipped.count) }
        let pass = TrainingPass(model: model, adapter: adapter, capacity: max(1024, loader.longestReading))
        let line = ProgressLine("computing losses")
        defer { line.clear() }
        var total = 0.0
        for step in 0..<loader.batchesPerEpoch {
            try Interruption.check()
            let examples = try loader.batch(at: step).examples.flatMap(\.sequences)
            for sequences in TrainingSequences.passes(of: examples, capacity: pass.capacity) {
                total += try pass.loss(sequences)
            }
            line.update(done: step + 1, total: loader.batchesPerEpoch, details: "")
        }
        return (total / Double(max(1, loader.supervisedTokenCount)), loader)
    }

    private func scores(
        _ answers: DatasetAnswers, _ dataset: StoredDataset, _ sampling: RowSampling
    ) throws -> Scores {
        let line = ProgressLine("answering")
        defer { line.clear() }
        var scores = Scores()
        // Rows that cannot be asked were told of when their losses were computed.
        let ignored: (SkippedRow) -> Void = { _ in }
        try answers.answer(dataset, sampling, tellSkipped: ignored) { answer in
            guard let wanted = answer.conversation.wantedAnswer else { return }
            scores.add(answer.text, reference: wanted)
            line.update(done: scores.count, total: sampling.count, details: Format.count(scores.count, "answer"))
        }
        return scores
    }

    private func report(_ figures: [(String, Double)], _ loader: ExampleLoader) {
        guard output.json else {
            Terminal.print("rows         \(Format.count(loader.exampleCount))")
            for (name, value) in figures {
                let padding = String(repeating: " ", count: max(1, 13 - name.count))
                Terminal.print("\(name)\(padding)\(Format.number(value))")
            }
            return
        }
        var object: JSONObject = [
            "rows": .int(loader.exampleCount), "skipped_rows": .int(loader.skipped.count),
            "tokens": .int(loader.supervisedTokenCount),
        ]
        for (name, value) in figures { object[name] = value.isFinite ? .double(value) : .null }
        Terminal.print(object)
    }
}
