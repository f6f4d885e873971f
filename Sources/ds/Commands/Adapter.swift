import ArgumentParser

struct Adapter: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapter", abstract: "Convert adapters between PEFT's layout and llama.cpp's.",
        discussion: "Example: ds adapter convert runs/fofabot fofabot-lora.gguf",
        subcommands: [AdapterConvert.self])
}
