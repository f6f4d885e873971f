import Messages

/// The chat templates that a model carries, in Jinja: one, or several by their names.
///
/// Of several, transformers takes `tool_use` where there are tools, and `default` otherwise.
public struct ModelTemplates: Sendable, Hashable {
    /// Where they are from, for messages.
    public let source: String
    /// The name that a model's only template has.
    public static let defaultName = "default"
    /// The name of the one for conversations with tools.
    public static let toolUseName = "tool_use"
    private let texts: [String: String]
    private let beginningOfSequence: String
    private let endOfSequence: String

    /// - Parameters:
    ///   - texts: the templates by their names.
    ///   - beginningOfSequence: the text of the token, empty for none; `endOfSequence` likewise.
    public init(
        _ texts: [String: String], source: String, beginningOfSequence: String = "", endOfSequence: String = ""
    ) {
        self.texts = texts
        self.source = source
        self.beginningOfSequence = beginningOfSequence
        self.endOfSequence = endOfSequence
    }

    /// What the model was taught with: a template that goes by a name where one renders alike, else its own in Jinja.
    ///
    /// A template that marks with `{% generation %}` what is learnt is taken as it is, whatever renders alike.
    /// - Throws: `ChatTemplatesError`: `noTemplate`, `noSuchTemplate`, `template` where it is no Jinja, `unusable`.
    public func recognised() throws(ChatTemplatesError) -> any ConversationTemplate {
        try paired { (template) throws(ChatTemplatesError) in
            if !template.marksGeneration,
                let named = ChatTemplate.recognised(
                    template, beginningOfSequence: beginningOfSequence, endOfSequence: endOfSequence)
            {
                return named
            }
            return try jinja(template)
        }
    }

    /// The model's own in Jinja, whatever renders alike.
    ///
    /// - Parameter name: one of several; nil for the one, or those, that transformers would take.
    /// - Throws: as `recognised`.
    public func own(_ name: String? = nil) throws(ChatTemplatesError) -> any ConversationTemplate {
        guard let name else { return try paired(jinja) }
        return try jinja(try template(name))
    }

    private func paired(
        _ make: (ModelChatTemplate) throws(ChatTemplatesError) -> any ConversationTemplate
    ) throws(ChatTemplatesError) -> any ConversationTemplate {
        guard !texts.isEmpty else { throw .noTemplate(source: source) }
        let plain = try make(try template(Self.defaultName))
        guard texts[Self.toolUseName] != nil else { return plain }
        return TemplatePair(plain: plain, withTools: try make(try template(Self.toolUseName)))
    }

    private func jinja(_ template: ModelChatTemplate) throws(ChatTemplatesError) -> any ConversationTemplate {
        try JinjaChatTemplate(template, beginningOfSequence: beginningOfSequence, endOfSequence: endOfSequence)
    }

    private func template(_ name: String) throws(ChatTemplatesError) -> ModelChatTemplate {
        guard let text = texts[name] else {
            throw .noSuchTemplate(source: source, name: name, others: texts.keys.sorted())
        }
        return try ModelChatTemplate(text, name: source)
    }
}
