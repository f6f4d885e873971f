import ArgumentParser
import ChatTemplates
import DatasetFormats

/// How many conversations a second a chat template in Jinja renders on one core.
struct TemplatesBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "templates", abstract: "Render short conversations with a template in Jinja.")

    /// ChatML, as many models have it.
    static let source = """
        {% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}\
        {{ '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}{% endif %}\
        {{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}\
        {% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
        """

    @Option(help: "Conversations to render.") var count = 200_000
    @Option(help: "Messages of each.") var messages = 3
    @Flag(help: "Only print the template, for other programs to render.") var printTemplate = false

    func validate() throws {
        guard count > 0, messages >= 0 else { throw ValidationError("--count and --messages count things") }
    }

    func run() throws {
        if printTemplate {
            print(Self.source, terminator: "")
            return
        }
        let template = try ModelChatTemplate(Self.source, name: "ChatML")
        let conversation = (0..<messages).map { index in
            [
                "role": .string(index % 2 == 0 ? "user" : "assistant"),
                "content": .string("What is the capital of France, and how many people live there? \(index)"),
            ] as JSONObject
        }
        var byteCount = 0
        let time = try ContinuousClock().measure {
            for _ in 0..<count { byteCount += try template.text(messages: conversation).utf8.count }
        }
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) * 1e-18
        print("\(Int(Double(count) / seconds)) conversations/s of \(messages) messages (\(byteCount / count) bytes)")
    }
}
