import ArgumentParser

struct Templates: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "templates", abstract: "List and show the chat templates that go by a name.",
        discussion: "Example: ds templates show qwen3",
        subcommands: [TemplatesList.self, TemplatesShow.self])
}
