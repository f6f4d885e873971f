import Messages

/// What can be wrong with a template's name, or with what it should render.
public enum ChatTemplatesError: Error, Hashable, CustomStringConvertible {
    case unknownTemplate(name: String, known: [String])
    /// A model's own template, in Jinja, that is not one we recognise.
    case unrecognised(source: String)
    case roleOutOfTurn(index: Int, role: Role)
    case malformedTools(problem: String)
    case malformedFunctionCall(problem: String)

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
