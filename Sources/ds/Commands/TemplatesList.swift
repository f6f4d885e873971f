import ArgumentParser
import ChatTemplates
import DatasetFormats

struct TemplatesList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the chat templates, LLaMA-Factory's for text.",
        discussion: "Example: ds templates list")

    @OptionGroup var output: OutputOptions

    func run() throws {
        let templates = ChatTemplate.named
        guard !output.json else { return Terminal.print(.array(templates.map { .object($0.json) })) }
        var table = Table([("TEMPLATE", .left), ("TOOLS", .left), ("THOUGHTS", .left), ("SYSTEM TEXT", .left)])
        for template in templates {
            table.add([
                template.name, template.toolFormat.rawValue, template.isReasoning ? "yes" : "",
                Self.start(of: template.defaultSystem),
            ])
        }
        Terminal.print(table.text)
    }

    /// The first line, or as much of it as a terminal shows.
    private static func start(of text: String) -> String {
        let line = text.split(separator: "\n", maxSplits: 1).first ?? ""
        let start = line.unicodeScalars.prefix(50)
        return String(start) + (start.count < text.unicodeScalars.count ? "…" : "")
    }
}
