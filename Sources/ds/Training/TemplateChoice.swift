import ChatTemplates
import LanguageModels

extension PretrainedModel {
    /// The template that is asked for by name, or else the one that the model carries.
    ///
    /// Where both are known and begin a conversation differently, a warning shows both.
    /// - Throws: `ChatTemplatesError.unknownTemplate` or `unrecognised`.
    func chatTemplate(named name: String?) throws -> ChatTemplate {
        guard let name else { return try ownChatTemplate() }
        let asked = try ChatTemplate.named(name)
        // A model whose own template is not recognised is what a name is given for.
        if let own = try? ownChatTemplate() { warn(asked: asked, own: own) }
        return asked
    }

    private func ownChatTemplate() throws -> ChatTemplate {
        guard let text = chatTemplateText else {
            throw ChatTemplatesError.unrecognised(source: "\(path) (it has none)")
        }
        return try ChatTemplate.recognised(
            fromJinja: text, source: path.string, beginningOfSequence: self.text(of: tokenizer.beginningOfSequenceID),
            endOfSequence: self.text(of: tokenizer.endOfSequenceID))
    }

    private func warn(asked: ChatTemplate, own: ChatTemplate) {
        let comparison = ChatTemplate.firstTurnComparison(
            asked: asked, own: own, beginningOfSequence: text(of: tokenizer.beginningOfSequenceID),
            endOfSequence: text(of: tokenizer.endOfSequenceID))
        if !comparison.isEqual { Terminal.note(Terminal.safe("warning: \(comparison)")) }
    }

    private func text(of id: Int32?) -> String { id.flatMap { tokenizer.token(at: $0) } ?? "" }
}
