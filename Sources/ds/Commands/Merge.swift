import ArgumentParser
import Kernels
import LanguageModels

struct Merge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Add an adapter to its model's weights, and write a model that needs no adapter.",
        discussion: """
            Without --format every weight keeps the numbers it has; those that the adapter changes are rounded to them \
            again, the others are copied byte for byte.

            Examples:
                ds merge runs/fofabot fofabot.gguf
                ds merge runs/fofabot fofabot-q8.gguf --format q8_0
                ds merge runs/fofabot fofabot-folder --format bf16
                ds merge my-adapter merged --model ~/models/SmolLM2-135M-Instruct
            """)

    @Argument(help: "The adapter: a folder as PEFT writes it, or a run of the store.") var adapter: String
    @OptionGroup var target: ModelOutput
    @Option(help: "The model; else the adapter's, or the store's only one.") var model: String?
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let choice = try AdapterChoice(adapter, model: model, in: try store.open())
        let pretrained = try PretrainedModel(path: choice.model.path)
        // Only the factors are read; nothing is multiplied by the kernels.
        let context = try ComputeContext(precision: .float32, threadCount: 1)
        let weights = try ReplacedWeightSource.source(of: choice.folder, over: pretrained.source)
        let lowRank = try LowRankAdapter(
            folder: choice.folder, for: weights.configuration, trainable: false, in: context)
        try target.write(
            try ModelExport(pretrained, adapter: lowRank, weights: weights), json: output.json, name: choice.model.name)
    }
}
