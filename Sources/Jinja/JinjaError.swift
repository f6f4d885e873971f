/// What can be wrong with a template, or with what it is asked to do.
public enum JinjaError: Error, Hashable {
    case syntax(message: String, line: Int)
}
