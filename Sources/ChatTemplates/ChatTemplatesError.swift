import Jinja
import Messages

/// What can be wrong with a template's name, or with what it should render.
public enum ChatTemplatesError: Error, Hashable, CustomStringConvertible {
    case unknownTemplate(name: String, known: [String])
    /// A model's own template, in Jinja, that is not one we recognise.
    case unrecognised(source: String)
    case roleOutOfTurn(index: Int, role: Role)
    case malformedTools(problem: String)
    case malformedFunctionCall(problem: String)
    /// A model's own template is no Jinja, or ends with an error for this conversation.
    case template(name: String, problem: JinjaError)
    /// Where an assistant's words are cannot be told, because a rendering up to its message is not how the whole
    /// rendering begins.
    case unclearAssistantSpan(template: String, message: Int)

    public var description: String {
        switch self {
        case .unknownTemplate(let name, let known):
            "no template is called \(name); there are \(known.joined(separator: ", "))"
        case .unrecognised(let source):
            "\(source): the chat template is not one that ds recognises; name one with --template"
        case .roleOutOfTurn(let index, let role):
            "message \(index) is the \(role.rawValue)'s, out of turn; user or observation and assistant or function"
                + " alternate, and the user begins"
        case .malformedTools(let problem): "tools: \(problem)"
        case .malformedFunctionCall(let problem): "function call: \(problem)"
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
        case .unknownTemplate, .unrecognised: true
        default: false
        }
    }
}
