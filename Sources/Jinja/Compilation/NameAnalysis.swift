/// Which names a block sets, and whether it may read one before: what lies in inner blocks with variables of their own
/// is not looked at.
struct NameAnalysis {
    private(set) var stores: [String] = []
    private var touched: [String: Bool] = [:]
    private var isConditional = false

    init(_ body: [StatementSyntax]) { for statement in body { visit(statement) } }

    /// Whether the first thing that happens to a name is always that it is set.
    func isStoredFirst(_ name: String) -> Bool { touched[name] ?? false }

    private mutating func load(_ name: String) {
        if touched[name] == nil { touched[name] = false }
    }

    private mutating func store(_ name: String) {
        if touched[name] == nil { touched[name] = !isConditional }
        if !stores.contains(name) { stores.append(name) }
    }

    private mutating func visit(_ statement: StatementSyntax) {
        switch statement.kind {
        case .text, .block, .requiredBlock, .breakLoop, .continueLoop, .load, .generation, .autoescape: break
        case .output(let expression), .filterBlock(let expression, _): visit(expression)
        case .condition(let branches, let otherwise):
            for branch in branches { visit(branch.test) }
            let wasConditional = isConditional
            isConditional = true
            for branch in branches { for statement in branch.body { visit(statement) } }
            for statement in otherwise { visit(statement) }
            isConditional = wasConditional
        case .loop(let loop): visit(loop.sequence)
        case .assignment(let target, let value):
            visit(value)
            visit(target: target)
        case .blockAssignment(let target, _, _): visit(target: target)
        case .macro(let name, _): store(name)
        case .callBlock(let call, _): visit(call)
        case .with(let assignments, _): for assignment in assignments { visit(assignment.value) }
        }
    }

    private mutating func visit(target: ExpressionSyntax) {
        switch target.kind {
        case .name(let name): store(name)
        case .namespaceAttribute(let name, _): load(name)
        case .tuple(let parts): for part in parts { visit(target: part) }
        default: break
        }
    }

    private mutating func visit(_ expressions: [ExpressionSyntax]) {
        for expression in expressions { visit(expression) }
    }

    private mutating func visit(_ expression: ExpressionSyntax) {
        switch expression.kind {
        case .none, .bool, .int, .bigInteger, .float, .string, .blockText: break
        case .name(let name), .namespaceAttribute(let name, _): load(name)
        case .list(let parts), .tuple(let parts), .concatenation(let parts): visit(parts)
        case .dictionary(let entries): for entry in entries { visit([entry.key, entry.value]) }
        case .attribute(let base, _), .not(let base), .sign(let base, _): visit(base)
        case .item(let left, let right), .and(let left, let right), .or(let left, let right),
            .arithmetic(_, let left, let right):
            visit([left, right])
        case .slice(let base, let start, let stop, let step):
            visit([base] + [start, stop, step].compactMap { $0 })
        case .call(let base, let arguments), .filter(_, let base, let arguments), .test(_, let base, let arguments):
            visit([base] + arguments.all)
        case .comparison(let first, let rest): visit([first] + rest.map(\.1))
        case .conditional(let test, let then, let otherwise):
            visit([test, then] + (otherwise.map { [$0] } ?? []))
        }
    }
}
