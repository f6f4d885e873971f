/// A statement as it is written, and the line that it begins on.
struct StatementSyntax {
    indirect enum Kind {
        case text(String)
        case output(ExpressionSyntax)
        case condition([(test: ExpressionSyntax, body: [StatementSyntax])], otherwise: [StatementSyntax])
        case loop(LoopSyntax)
        case assignment(target: ExpressionSyntax, value: ExpressionSyntax)
        /// `{% set name | filter %}…{% endset %}`
        case blockAssignment(target: ExpressionSyntax, filter: ExpressionSyntax?, body: [StatementSyntax])
        case macro(name: String, MacroSyntax)
        case callBlock(call: ExpressionSyntax, caller: MacroSyntax)
        case filterBlock(ExpressionSyntax, body: [StatementSyntax])
        case with([(target: ExpressionSyntax, value: ExpressionSyntax)], body: [StatementSyntax])
        case block(name: String, body: [StatementSyntax])
        /// A block that a template which extends this one must give, which none does.
        case requiredBlock(name: String)
        case autoescape(ExpressionSyntax, body: [StatementSyntax])
        case generation([StatementSyntax])
        case breakLoop
        case continueLoop
        /// `include`, `import`, `from` and `extends`, for which a chat template has nothing to load from.
        case load
    }

    let kind: Kind
    let line: Int
}

struct LoopSyntax {
    let target: ExpressionSyntax
    let sequence: ExpressionSyntax
    let test: ExpressionSyntax?
    let isRecursive: Bool
    let body: [StatementSyntax]
    let otherwise: [StatementSyntax]
}

/// The parameters and the body of a macro, or of what a call block passes as `caller`.
struct MacroSyntax {
    var parameters: [(name: String, default: ExpressionSyntax?)] = []
    var body: [StatementSyntax] = []
}
