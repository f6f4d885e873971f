import ArgumentParser
import ChatTemplates
import DatasetFormats
import Messages

struct TemplatesShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a chat template: its slots, and a conversation as it renders it.",
        discussion: "Example: ds templates show qwen3")

    @Argument(help: "The template's name.") var template: String
    @OptionGroup var output: OutputOptions

    private static let tools = """
        [{"name": "get_current_weather", "description": "Get the current weather", "parameters": {"type": "object", \
        "properties": {"location": {"type": "string"}}, "required": ["location"]}}]
        """
    private static let conversation = [
        Message(role: .user, content: "Is it warm in San Francisco?"),
        Message(
            role: .function,
            content: #"{"name": "get_current_weather", "arguments": {"location": "San Francisco"}}"#),
        Message(role: .observation, content: #"{"temperature": 18}"#),
        Message(role: .assistant, content: "It is 18 degrees."),
    ]

    func run() throws {
        let template = try ChatTemplate.named(template)
        let example = try template.render(Self.conversation, tools: Self.tools).flatMap { $0.prompt + $0.response }
            .map { $0.plainText(beginningOfSequence: "<bos>", endOfSequence: "<eos>") }.joined()
        guard !output.json else {
            var object = template.json
            object["example"] = .string(example)
            return Terminal.print(object)
        }
        Terminal.print(template.name)
        for (key, value) in template.json.members where key != "name" && !Self.isEmpty(value) {
            Terminal.print("  \(key) \(JSONWriter.string(value, style: .pythonic))")
        }
        Terminal.print("  an example")
        Terminal.print(Terminal.safe("    " + example.replacing("\n", with: "\n    ")))
    }

    private static func isEmpty(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool(false): true
        case .array(let list): list.isEmpty
        case .string(let text): text.isEmpty
        default: false
        }
    }
}
