import ChatTemplates
import DatasetFormats
import Jinja
import Messages

extension FuzzTarget {
    /// So little that no input takes long.
    private static let limits = {
        var limits = JinjaLimits()
        limits.steps = 20_000
        limits.outputBytes = 1 << 20
        limits.textBytes = 1 << 18
        return limits
    }()

    private static let messages: [JSONObject] = [
        ["role": .string("system"), "content": .string("Be good.")],
        ["role": .string("user"), "content": .string("a é 🎉 <|im_end|>")],
        [
            "role": .string("assistant"), "content": .null,
            "tool_calls": .array([
                .object([
                    "type": .string("function"),
                    "function": .object(["name": .string("f"), "arguments": .object(["x": .int(1)])]),
                ])
            ]),
        ],
        ["role": .string("tool"), "content": .string("1.5")],
        ["role": .string("assistant"), "content": .string("b")],
    ]

    static func renderJinja(_ bytes: [UInt8]) throws {
        let template = try JinjaTemplate(String(decoding: bytes, as: UTF8.self))
        let context: [String: JinjaValue] = [
            "messages": try JinjaValue(.array(messages.map { .object($0) })), "tools": .none,
            "bos_token": .string("<s>"), "eos_token": .string("</s>"), "add_generation_prompt": .bool(true),
        ]
        _ = try template.render(context, limits: limits)
    }

    /// Everything that is asked of a model's own template before it is used, and a row rendered with it.
    static func renderChatTemplate(_ bytes: [UInt8]) throws {
        let model = try ModelChatTemplate(String(decoding: bytes, as: UTF8.self), name: "fuzz", limits: limits)
        let row = [
            Message(role: .user, content: "a"),
            Message(role: .function, content: #"{"name": "f", "arguments": {"x": 1}}"#),
            Message(role: .observation, content: "o"), Message(role: .assistant, content: "b"),
        ]
        var templates: [any ConversationTemplate] = [try JinjaChatTemplate(model, endOfSequence: "</s>")]
        if let named = ChatTemplate.recognised(model, endOfSequence: "</s>") { templates.append(named) }
        for template in templates {
            for masksHistory in [false, true] {
                let turns = try? template.render(
                    row, system: nil, tools: nil, masksHistory: masksHistory, enableThinking: nil)
                _ = (turns?.last?.response).map { template.calls(in: "\($0)", tools: nil) }
            }
        }
    }
}
