import ChatTemplates
import LanguageModels

extension PretrainedModel {
    /// The template that is asked for by name, or else the one that the model carries.
    ///
    /// - Throws: `ChatTemplatesError.unknownTemplate` or `unrecognised`.
    func chatTemplate(named name: String?) throws -> ChatTemplate {
        if let name { return try ChatTemplate.named(name) }
        guard let text = chatTemplateText else {
            throw ChatTemplatesError.unrecognised(source: "\(path) (it has none)")
        }
        return try ChatTemplate.recognised(fromJinja: text, source: path.string)
    }
}
