import ArgumentParser
import ChatTemplates
import ContentStore
import Foundation
import LanguageModels
import SystemPackage

/// The template that a person means by `--template`.
enum TemplateChoice: Equatable {
    /// Whatever the model was taught with.
    case found
    /// One of LLaMA-Factory's.
    case named(String)
    /// The model's own in Jinja, one of several by its name.
    case own(name: String?)
    /// A file with Jinja.
    case file(FilePath)

    static let help = ArgumentHelp(
        "A template's name, own for the model's own in Jinja, or a file of it; else what the model was taught with.")

    /// - Parameter text: `chatml`; `own`, or `own/tool_use` for a model with several; a path with a slash or that ends
    ///   in `.jinja`; nil for what the model was taught with.
    init(_ text: String?) {
        switch text {
        case nil: self = .found
        case "own": self = .own(name: nil)
        case let text? where text.hasPrefix("own/"): self = .own(name: String(text.dropFirst(4)))
        case let text? where text.contains("/") || text.hasSuffix(".jinja"): self = .file(FilePath(text))
        case let text?: self = .named(text)
        }
    }

    /// What a recipe says of the template: everything that decides what it writes, given the model's files.
    ///
    /// - Parameter text: what was asked for, nil for nothing.
    /// - Throws: `CommandError.noSuchFile` for a template's file that is gone.
    static func record(of template: any ConversationTemplate, given text: String?) throws -> RecordValue {
        var record: [String: RecordValue] = [
            "name": .string(text ?? template.name), "is_given": .bool(text != nil),
            "default_system": .string(template.defaultSystem),
        ]
        if template.tellsDate, let date = template.date { record["date"] = .string(date.iso) }
        if let bytes = try TemplateChoice(text).fileBytes() { record["sha1"] = .string(try ObjectID.of(bytes).hex) }
        return .object(record)
    }

    /// The bytes of a template that is in a file of its own; nil for any other.
    func fileBytes() throws -> [UInt8]? {
        guard case .file(let path) = self else { return nil }
        guard let data = FileManager.default.contents(atPath: path.string) else {
            throw CommandError.noSuchFile(path: path)
        }
        return [UInt8](data)
    }
}

extension PretrainedModel {
    /// The template that is asked for, or else the one that the model was taught with.
    ///
    /// Where the model's own begins a conversation otherwise than a named one, a warning shows both.
    /// - Throws: `ChatTemplatesError`: `unknownTemplate`, `noTemplate`, `noSuchTemplate`, `unusable`, `template`.
    func chatTemplate(_ choice: TemplateChoice) throws -> any ConversationTemplate {
        switch choice {
        case .found: return try ownTemplates.recognised()
        case .own(let name): return try ownTemplates.own(name)
        case .file(let path):
            let text = String(decoding: try choice.fileBytes() ?? [], as: UTF8.self)
            return try templates([ModelTemplates.defaultName: text], source: path.string).own()
        case .named(let name):
            let asked = try ChatTemplate.named(name)
            // A name may be given because the model has no template, or one that cannot be used.
            if let own = try? ownTemplates.recognised() { warn(asked: asked, own: own) }
            return asked
        }
    }

    private var ownTemplates: ModelTemplates { templates(chatTemplateTexts, source: path.string) }

    private func templates(_ texts: [String: String], source: String) -> ModelTemplates {
        ModelTemplates(
            texts, source: source, beginningOfSequence: text(of: tokenizer.beginningOfSequenceID),
            endOfSequence: text(of: tokenizer.endOfSequenceID))
    }

    private func warn(asked: ChatTemplate, own: any ConversationTemplate) {
        let comparison = ChatTemplate.firstTurnComparison(
            asked: asked, own: own, beginningOfSequence: text(of: tokenizer.beginningOfSequenceID),
            endOfSequence: text(of: tokenizer.endOfSequenceID))
        if !comparison.isEqual { Terminal.note(Terminal.safe("warning: \(comparison)")) }
    }

    private func text(of id: Int32?) -> String { id.flatMap { tokenizer.token(at: $0) } ?? "" }
}
