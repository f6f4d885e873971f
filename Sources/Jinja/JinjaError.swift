/// What can be wrong with a template, or with what it is asked to do.
///
/// Lines are counted from 1; 0 stands for a place that is not known yet, which the renderer fills in.
public enum JinjaError: Error, Hashable, CustomStringConvertible {
    /// The template is not Jinja; found before anything is rendered.
    case syntax(message: String, line: Int)
    /// The template itself called `raise_exception`.
    case raised(message: String, line: Int)
    /// What Python or Jinja would have refused while rendering.
    case failed(JinjaFailure, message: String, line: Int)
    /// The template asks for more than a template may have.
    case limitExceeded(JinjaLimit, line: Int)

    public var line: Int {
        switch self {
        case .syntax(_, let line), .raised(_, let line), .failed(_, _, let line), .limitExceeded(_, let line): line
        }
    }

    public var description: String {
        switch self {
        case .syntax(let message, let line): "line \(line) of the template: \(message)"
        case .raised(let message, let line): "the template refuses (line \(line)): \(message)"
        case .failed(let failure, let message, let line):
            "line \(line) of the template: \(failure.rawValue): \(message)"
        case .limitExceeded(let limit, let line): "line \(line) of the template: \(limit.description)"
        }
    }

    /// The same error with its line, where it had none.
    func at(line newLine: Int) -> JinjaError {
        guard line == 0 else { return self }
        return switch self {
        case .syntax(let message, _): .syntax(message: message, line: newLine)
        case .raised(let message, _): .raised(message: message, line: newLine)
        case .failed(let failure, let message, _): .failed(failure, message: message, line: newLine)
        case .limitExceeded(let limit, _): .limitExceeded(limit, line: newLine)
        }
    }

    static func failure(_ failure: JinjaFailure, _ message: String) -> JinjaError {
        .failed(failure, message: message, line: 0)
    }

    static func type(_ message: String) -> JinjaError { .failure(.type, message) }

    static func value(_ message: String) -> JinjaError { .failure(.value, message) }

    static func limit(_ limit: JinjaLimit) -> JinjaError { .limitExceeded(limit, line: 0) }
}
