import ArgumentParser
import LanguageModels

struct ModelConvert: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Write a model as a GGUF file or as a Hugging Face folder.",
        discussion: """
            Weights, configuration and tokenizer go along. Weights that keep their format are copied byte for byte.

            Examples:
                ds model convert ~/models/SmolLM2-135M-Instruct smollm2.gguf --format q8_0
                ds model convert smollm2 smollm2-folder
                ds model convert smollm2 smollm2-f32 --format f32
            """)

    @Argument(help: "The model: a name of the store's, a GGUF file, or a folder.") var model: String
    @OptionGroup var target: ModelOutput
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let files = try ModelFiles(model, in: try store.open())
        try target.write(try ModelExport(PretrainedModel(path: files.path)), json: output.json, name: files.name)
    }
}
