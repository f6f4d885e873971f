extension ChatTemplate {
    /// The templates that go by a name, LLaMA-Factory's.
    public static let named: [ChatTemplate] = [
        chatML(
            name: "chatml", observationRole: "tool", stopWords: ["<|im_end|>", "<|im_start|>"],
            replacesEndOfSequence: true),
        ChatTemplate(
            name: "default", user: [.text("Human: {{content}}"), .endOfSequence, .text("\nAssistant:")],
            assistant: [.text("{{content}}"), .endOfSequence, .text("\n")],
            system: [.text("System: {{content}}"), .endOfSequence, .text("\n")]),
        chatML(
            name: "smollm2", observationRole: "user",
            defaultSystem: "You are a helpful AI assistant named SmolLM, trained by Hugging Face.",
            stopWords: ["<|im_end|>"]),
    ]

    /// - Throws: `ChatTemplatesError.unknownTemplate`, with the names there are.
    public static func named(_ name: String) throws(ChatTemplatesError) -> ChatTemplate {
        guard let template = named.first(where: { $0.name == name }) else {
            throw .unknownTemplate(name: name, known: named.map(\.name))
        }
        return template
    }

    static func chatML(
        name: String, observationRole: String, defaultSystem: String = "", stopWords: [String],
        replacesEndOfSequence: Bool = false
    ) -> ChatTemplate {
        func turn(_ role: String) -> [TemplatePiece] {
            [.text("<|im_start|>\(role)\n{{content}}<|im_end|>\n<|im_start|>assistant\n")]
        }
        return ChatTemplate(
            name: name, user: turn("user"), assistant: [.text("{{content}}<|im_end|>\n")],
            system: [.text("<|im_start|>system\n{{content}}<|im_end|>\n")], observation: turn(observationRole),
            defaultSystem: defaultSystem, stopWords: stopWords, replacesEndOfSequence: replacesEndOfSequence)
    }
}
