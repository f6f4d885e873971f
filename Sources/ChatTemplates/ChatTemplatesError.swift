import Jinja
import Messages

/// What can be wrong with a template's name, or with what it should render.
public enum ChatTemplatesError: Error, Hashable, CustomStringConvertible {
    case unknownTemplate(name: String, nearest: String?)
    /// A model without a template of its own, where none is named.
    case noTemplate(source: String)
    /// A model's own template, in Jinja, that does not write a question and an answer.
    case unusable(source: String, problem: String)
    /// A model without a template of this name; it has the others.
    case noSuchTemplate(source: String, name: String, others: [String])
    case roleOutOfTurn(index: Int, role: Role)
    case malformedTools(problem: String)
    case malformedFunctionCall(problem: String)
    /// A format that can write one call in a message, and several were to be made.
    case parallelCalls(format: String, count: Int)
    /// A system text, or tools, for a template that has no place for them.
    case noPlaceForSystem(template: String)
    /// Calls of tools for a template that does not write them.
    case noPlaceForCalls(template: String)
    /// The file of named templates that is built into the program.
    case malformedTemplateFile(template: String, problem: String)
    /// A model's own template is no Jinja, or ends with an error for this conversation.
    case template(name: String, problem: JinjaError)
    /// Where an assistant's words are cannot be told, because a rendering up to its message is not how the whole
    /// rendering begins.
    case unclearAssistantSpan(template: String, message: Int)

    public var description: String {
        switch self {
        case .unknownTemplate(let name, let nearest):
            "no template is called \(name)\(nearest.map { "; did you mean \($0)?" } ?? ""); see: ds templates list"
        case .noTemplate(let source): "\(source): the model has no chat template; name one with --template"
        case .unusable(let source, let problem):
            "\(source): the chat template cannot be used, because \(problem); name one with --template"
        case .noSuchTemplate(let source, let name, let others):
            "\(source): has no template called \(name)"
                + (others.isEmpty ? "" : "; it has \(others.joined(separator: ", "))")
        case .roleOutOfTurn(let index, let role):
            "message \(index) is the \(role.rawValue)'s, out of turn; user or observation and assistant or function"
                + " alternate, and the user begins"
        case .malformedTools(let problem): "tools: \(problem)"
        case .malformedFunctionCall(let problem): "function call: \(problem)"
        case .parallelCalls(let format, let count):
            "function call: \(count) calls at once, and the tool format \(format) can write one;"
                + " give each call a turn of its own, or name another template"
        case .noPlaceForSystem(let template):
            "the template \(template) has no place for a system text or tools; leave them out, or name another"
        case .noPlaceForCalls(let template):
            "the template \(template) does not write calls of tools; leave them out, or name another"
        case .malformedTemplateFile(let template, let problem):
            "the built-in templates are damaged: \(template.isEmpty ? "the file" : template) \(problem)"
        case .template(let name, let problem): "\(name): \(problem)"
        case .unclearAssistantSpan(let template, let message):
            "\(template): the words of message \(message) cannot be told from the rest, because the template writes"
                + " what is before their end otherwise once more messages follow; mark them with {% generation %} in"
                + " the template, or name a template with --template"
        }
    }

    public var isMachineFailure: Bool { false }

    public var isWrongUse: Bool {
        switch self {
        case .unknownTemplate, .noTemplate, .unusable, .noSuchTemplate: true
        default: false
        }
    }
}
