/// Makes of a template's syntax what renders it: every name resolved to its place, every filter to its function.
struct Compiler {
    /// Where in the template a statement or an expression is.
    struct Place {
        var scope: Scope
        /// Levels of syntax around it in the body of its template or macro.
        var depth = 0
        var isInLoop = false
        /// In the branches of an `if`, a filter that does not exist is only missed when it is used.
        var isSoft = false
        var line = 0

        var deeper: Place {
            var place = self
            place.depth += 1
            return place
        }

        func inside(_ scope: Scope) -> Place {
            var place = deeper
            place.scope = scope
            place.isSoft = false
            return place
        }
    }

    private(set) var blocks: [String: BlockDefinition] = [:]

    mutating func compile(_ body: [StatementSyntax], _ place: Place) throws(JinjaError) -> CompiledBody {
        var statements: [Execution] = []
        for statement in body {
            var place = place.deeper
            place.line = statement.line
            if case .text(let text) = statement.kind {
                statements.append(Self.writing(text))
                continue
            }
            let compiled: Execution
            do throws(JinjaError) {
                compiled = try compile(statement, place)
            } catch {
                throw error.at(line: statement.line)
            }
            statements.append(Self.counting(compiled, line: statement.line))
        }
        return CompiledBody(statements: statements)
    }

    private static func writing(_ text: String) -> Execution {
        { (renderer) throws(JinjaError) in
            try renderer.write(text)
            return .next
        }
    }

    private static func counting(_ execution: @escaping Execution, line: Int) -> Execution {
        { (renderer) throws(JinjaError) in
            renderer.line = line
            try renderer.charge(1)
            return try execution(renderer)
        }
    }

    private mutating func compile(_ statement: StatementSyntax, _ place: Place) throws(JinjaError) -> Execution {
        switch statement.kind {
        case .text: return { (_) throws(JinjaError) in .next }
        case .output(let expression): return try compileOutput(expression, place)
        case .condition(let branches, let otherwise):
            return try compileCondition(branches, otherwise, place)
        case .loop(let loop): return try compileLoop(loop, place)
        case .assignment(let target, let value):
            let value = try compile(value, place)
            let assign = try compileTarget(target, place)
            return { (renderer) throws(JinjaError) in
                try assign(try value(renderer), renderer)
                return .next
            }
        case .blockAssignment(let target, let filter, let body):
            return try compileBlockAssignment(target, filter, body, place)
        case .macro(let name, let macro):
            let definition = try compileMacro(name: name, macro, place)
            let slot = place.scope.declare(name)
            return { (renderer) throws(JinjaError) in
                renderer.retainActivation()
                renderer.activation[slot] = .object(Macro(definition, renderer.activation))
                return .next
            }
        case .callBlock(let call, let caller): return try compileCallBlock(call, caller, place)
        case .filterBlock(let filter, let body):
            let (body, entries) = try compileScoped(body, place)
            let filter = try compile(filter, place)
            return { (renderer) throws(JinjaError) in
                let (text, flow) = try Self.capture(body, entries, renderer)
                try renderer.write(try renderer.filtering(text) { () throws(JinjaError) in try filter(renderer) })
                return flow
            }
        case .with(let assignments, let body): return try compileWith(assignments, body, place)
        case .block(let name, let body): return try compileBlock(name, body, place)
        case .requiredBlock(let name):
            return { (_) throws(JinjaError) in throw .failure(.templateRuntime, "Required block '\(name)' not found") }
        case .autoescape(let isOn, let body):
            let isOn = try compile(isOn, place)
            let (body, entries) = try compileScoped(body, place)
            return { (renderer) throws(JinjaError) in
                let before = renderer.escapesOutput
                renderer.escapesOutput = try isOn(renderer).isTrue
                defer { renderer.escapesOutput = before }
                entries.enter(renderer)
                return try body.run(renderer)
            }
        case .generation(let body): return try compileGeneration(body, place)
        case .breakLoop, .continueLoop:
            let isBreak = if case .breakLoop = statement.kind { true } else { false }
            guard place.isInLoop else {
                throw .failure(
                    .pythonSyntax, isBreak ? "'break' outside loop" : "'continue' not properly in loop")
            }
            let flow: Flow = isBreak ? .breakLoop : .continueLoop
            return { (_) throws(JinjaError) in flow }
        case .load:
            return { (_) throws(JinjaError) in throw .type("no loader for this environment specified") }
        }
    }

    private mutating func compileOutput(_ expression: ExpressionSyntax, _ place: Place) throws(JinjaError) -> Execution
    {
        let value = try compile(expression, place)
        return { (renderer) throws(JinjaError) in
            try renderer.write(try value(renderer))
            return .next
        }
    }

    private mutating func compileCondition(
        _ branches: [(test: ExpressionSyntax, body: [StatementSyntax])], _ otherwise: [StatementSyntax],
        _ place: Place
    ) throws(JinjaError) -> Execution {
        var place = place
        place.isSoft = true
        var compiled: [(test: Evaluation, body: CompiledBody)] = []
        for branch in branches { compiled.append((try compile(branch.test, place), try compile(branch.body, place))) }
        let otherwise = try compile(otherwise, place)
        let all = compiled
        return { (renderer) throws(JinjaError) in
            for branch in all where try branch.test(renderer).isTrue { return try branch.body.run(renderer) }
            return try otherwise.run(renderer)
        }
    }

    /// A body with variables of its own, in the same call.
    mutating func compileScoped(
        _ body: [StatementSyntax], _ place: Place, isInLoop: Bool? = nil
    ) throws(JinjaError) -> (body: CompiledBody, entries: [ScopeEntry]) {
        let scope = Scope(parent: place.scope, function: place.scope.function)
        scope.declareStores(of: NameAnalysis(body))
        var inner = place.inside(scope)
        if let isInLoop { inner.isInLoop = isInLoop }
        return (try compile(body, inner), scope.entries)
    }

    static func capture(
        _ body: CompiledBody, _ entries: [ScopeEntry], _ renderer: Renderer
    ) throws(JinjaError) -> (JinjaValue, Flow) {
        var flow = Flow.next
        entries.enter(renderer)
        let text = try renderer.captured { () throws(JinjaError) in flow = try body.run(renderer) }
        return (renderer.escapesOutput ? .markup(text) : .string(text), flow)
    }

    private mutating func compileBlockAssignment(
        _ target: ExpressionSyntax, _ filter: ExpressionSyntax?, _ body: [StatementSyntax], _ place: Place
    ) throws(JinjaError) -> Execution {
        let (body, entries) = try compileScoped(body, place)
        var filterValue: Evaluation?
        if let filter { filterValue = try compile(filter, place) }
        let filtered = filterValue
        let assign = try compileTarget(target, place)
        return { (renderer) throws(JinjaError) in
            var (text, flow) = try Self.capture(body, entries, renderer)
            guard flow == .next else { return flow }
            if let filtered {
                text = try renderer.filtering(text) { () throws(JinjaError) in try filtered(renderer) }
            }
            try assign(text, renderer)
            return .next
        }
    }

    private mutating func compileWith(
        _ assignments: [(target: ExpressionSyntax, value: ExpressionSyntax)], _ body: [StatementSyntax],
        _ place: Place
    ) throws(JinjaError) -> Execution {
        let scope = Scope(parent: place.scope, function: place.scope.function)
        for assignment in assignments { declare(assignment.target, in: scope) }
        scope.declareStores(of: NameAnalysis(body))
        let inner = place.inside(scope)
        var compiled: [(assign: Assignment, value: Evaluation)] = []
        for assignment in assignments {
            compiled.append((try compileTarget(assignment.target, inner), try compile(assignment.value, place)))
        }
        let all = compiled
        let body = try compile(body, inner)
        let entries = scope.entries
        return { (renderer) throws(JinjaError) in
            entries.enter(renderer)
            for (assign, value) in all { try assign(try value(renderer), renderer) }
            return try body.run(renderer)
        }
    }

    func declare(_ target: ExpressionSyntax, in scope: Scope) {
        switch target.kind {
        case .name(let name): scope.declare(name)
        case .tuple(let parts): for part in parts { declare(part, in: scope) }
        default: break
        }
    }

    private mutating func compileGeneration(_ body: [StatementSyntax], _ place: Place) throws(JinjaError) -> Execution {
        let (body, entries) = try compileScoped(body, place, isInLoop: false)
        return { (renderer) throws(JinjaError) in
            entries.enter(renderer)
            try renderer.writeGeneration { () throws(JinjaError) in _ = try body.run(renderer) }
            return .next
        }
    }

    private mutating func compileBlock(
        _ name: String, _ body: [StatementSyntax], _ place: Place
    ) throws(JinjaError) -> Execution {
        var root = place.scope
        while let parent = root.parent { root = parent }
        let function = FunctionFrame(depth: root.function.depth + 1)
        let scope = Scope(parent: root, function: function)
        scope.declareStores(of: NameAnalysis(body))
        var inner = place.inside(scope)
        inner.isInLoop = false
        let body = try compile(body, inner)
        let block = BlockDefinition(
            body: body, entries: scope.entries, slotCount: function.slotCount, weight: inner.depth)
        blocks[name] = block
        return { (renderer) throws(JinjaError) in
            try block.run(renderer)
            return .next
        }
    }
}
