/// What an expression was compiled to.
typealias Evaluation = @Sendable (Renderer) throws(JinjaError) -> JinjaValue

/// What a statement was compiled to.
typealias Execution = @Sendable (Renderer) throws(JinjaError) -> Flow

/// What an assignment's left side was compiled to.
typealias Assignment = @Sendable (JinjaValue, Renderer) throws(JinjaError) -> Void

/// What the arguments of a call were compiled to.
typealias ArgumentsEvaluation = @Sendable (Renderer) throws(JinjaError) -> Arguments

/// Where a rendering goes on after a statement.
enum Flow {
    case next, breakLoop, continueLoop
}

/// A list of statements that run one after the other.
struct CompiledBody: Sendable {
    let statements: [Execution]

    func run(_ renderer: Renderer) throws(JinjaError) -> Flow {
        for statement in statements {
            let flow = try statement(renderer)
            if flow != .next { return flow }
        }
        return .next
    }
}
