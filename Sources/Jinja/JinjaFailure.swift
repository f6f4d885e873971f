/// The kinds of failure while rendering, by the names that Python and jinja2 give their exceptions.
public enum JinjaFailure: String, Sendable, Hashable, CaseIterable {
    case undefined = "UndefinedError"
    case type = "TypeError"
    case value = "ValueError"
    case zeroDivision = "ZeroDivisionError"
    case overflow = "OverflowError"
    case index = "IndexError"
    case key = "KeyError"
    case security = "SecurityError"
    case templateRuntime = "TemplateRuntimeError"
    case filterArgument = "FilterArgumentError"
    case attribute = "AttributeError"
    case assertion = "AssertionError"
    case runtime = "RuntimeError"
    /// What Python refuses when it compiles the template: `break` outside a loop, a keyword given twice.
    case pythonSyntax = "SyntaxError"
}
