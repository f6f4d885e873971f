import DatasetFormats
import Messages

/// Messages as transformers hands them to a model's own template: OpenAI's objects.
struct TemplateMessages {
    /// How an answer that calls tools is handed over: templates differ in what they can read.
    struct CallForm: Hashable {
        /// Whether the content of an answer that only calls is null, rather than empty.
        var hasNullContent = false
        /// Whether arguments are JSON in a text, rather than an object.
        var hasTextArguments = false

        /// The usual one first.
        static let all = [
            CallForm(), CallForm(hasNullContent: true), CallForm(hasTextArguments: true),
            CallForm(hasNullContent: true, hasTextArguments: true),
        ]
    }

    let callForm: CallForm
    /// What `RowConverter` puts between the answers of several tools, as LLaMA-Factory does.
    private static let answerSeparator = "\n</tool_response>\n<tool_response>\n"

    /// - Throws: `ChatTemplatesError.malformedFunctionCall`.
    func objects(_ messages: [Message], system: String?) throws(ChatTemplatesError) -> [JSONObject] {
        var objects: [JSONObject] = []
        if let system, !system.isEmpty { objects.append(Self.object("system", system)) }
        // Calls are numbered, so that each answer of a tool names the call that it answers.
        var callCount = 0
        var waiting: [(id: String, name: String)] = []
        for message in messages {
            switch message.role {
            case .system, .user, .assistant:
                waiting = []
                objects.append(Self.object(message.role.rawValue, message.content))
            case .function:
                let function = FunctionMessage(message.content)
                waiting = []
                var calls: [JSONValue] = []
                for call in try ToolCall.calls(fromMessage: function.calls) {
                    let id = Self.callID(callCount)
                    callCount += 1
                    waiting.append((id, call.name))
                    calls.append(.object(json(call, id: id)))
                }
                let hasNoText = function.text.isEmpty && callForm.hasNullContent
                objects.append([
                    "role": .string("assistant"), "content": hasNoText ? .null : .string(function.text),
                    "tool_calls": .array(calls),
                ])
            case .observation:
                var scanner = TextScanner(message.content)
                var answers: [String] = []
                while let answer: String = scanner.text(upTo: Self.answerSeparator) { answers.append(answer) }
                answers.append(String(decoding: scanner.rest, as: UTF8.self))
                for (index, answer) in answers.enumerated() {
                    var object = Self.object("tool", answer)
                    if index < waiting.count {
                        object["tool_call_id"] = .string(waiting[index].id)
                        object["name"] = .string(waiting[index].name)
                    }
                    objects.append(object)
                }
            }
        }
        return objects
    }

    private static func object(_ role: String, _ content: String) -> JSONObject {
        ["role": .string(role), "content": .string(content)]
    }

    private func json(_ call: ToolCall, id: String) -> JSONObject {
        let arguments = callForm.hasTextArguments ? JSONValue.string(call.argumentsText) : call.arguments
        return [
            "type": .string("function"), "function": .object(["name": .string(call.name), "arguments": arguments]),
            "id": .string(id),
        ]
    }

    /// Nine letters and digits, which Mistral's templates ask for.
    private static func callID(_ index: Int) -> String {
        let digits = String(index % 100_000)
        return "call" + String(repeating: "0", count: 5 - digits.utf8.count) + digits
    }
}
