extension ChatTemplate {
    /// The loop of ChatML's Jinja text, which is the same wherever models carry it.
    private static let loop =
        "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
    private static let beginning = "{% for message in messages %}"
    private static let systemBeginning =
        "{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\n"
    private static let systemEnd = "<|im_end|>\n' }}{% endif %}"

    /// The template that renders as a model's own does: a named one, one with another default system text, or else
    /// one made of the differences between renderings.
    ///
    /// - Parameters:
    ///   - source: the file that the model's template is from, for the error.
    ///   - beginningOfSequence: the text of the token, empty for none; `endOfSequence` likewise.
    ///   - rendering: renders a probe as the model's own template does; where it throws, the template refuses the
    ///     probe, as some refuse a system message or tools.
    /// - Throws: `ChatTemplatesError.irregular`.
    public static func recognised(
        source: String, beginningOfSequence: String = "", endOfSequence: String = "",
        rendering: (TemplateProbe) throws -> String
    ) throws(ChatTemplatesError) -> ChatTemplate {
        let own = OwnTemplate(
            source: source, beginningOfSequence: beginningOfSequence, endOfSequence: endOfSequence,
            rendering: rendering)
        if let template = own.named(among: named) { return template }
        return try own.derived()
    }

    /// The template that a model's own Jinja text stands for, with its default system text.
    ///
    /// The whole text must be one that is known; nothing is guessed from a part of it.
    /// - Parameter source: the file the text is from, for the error.
    /// - Throws: `ChatTemplatesError.unrecognised`.
    public static func recognised(fromJinja text: String, source: String) throws(ChatTemplatesError) -> ChatTemplate {
        // An escaped line break in a Jinja string is the line break itself.
        let text = text.split(separator: "\\n", omittingEmptySubsequences: false).joined(separator: "\n")
        guard text.hasPrefix(beginning), text.hasSuffix(loop) else { throw .unrecognised(source: source) }
        let middle = text.dropFirst(beginning.count).dropLast(loop.count)
        var defaultSystem = ""
        if !middle.isEmpty {
            guard middle.hasPrefix(systemBeginning), middle.hasSuffix(systemEnd),
                middle.count >= systemBeginning.count + systemEnd.count
            else { throw .unrecognised(source: source) }
            defaultSystem = String(middle.dropFirst(systemBeginning.count).dropLast(systemEnd.count))
            guard !defaultSystem.contains("'"), !defaultSystem.contains("\\"), !defaultSystem.contains("<|im_") else {
                throw .unrecognised(source: source)
            }
        }
        func turn(_ role: String) -> [TemplatePiece] {
            [.text("<|im_start|>\(role)\n{{content}}<|im_end|>\n<|im_start|>assistant\n")]
        }
        return ChatTemplate(
            name: "chatml (the model's own)", user: turn("user"), assistant: [.text("{{content}}<|im_end|>\n")],
            system: [.text("<|im_start|>system\n{{content}}<|im_end|>\n")], observation: turn("tool"),
            defaultSystem: defaultSystem, stopWords: ["<|im_end|>"])
    }
}
