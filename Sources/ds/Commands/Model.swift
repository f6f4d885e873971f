import ArgumentParser

struct Model: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Add, list, show and convert the models that are taught.",
        discussion: "Example: ds model add SmolLM2-135M-Instruct.Q4_1.gguf --name smollm2",
        subcommands: [ModelAdd.self, ModelList.self, ModelShow.self, ModelConvert.self])
}
