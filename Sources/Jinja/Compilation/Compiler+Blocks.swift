extension Compiler {
    mutating func compileMacro(
        name: String, _ macro: MacroSyntax, _ place: Place
    ) throws(JinjaError) -> MacroDefinition {
        let function = FunctionFrame(depth: place.scope.function.depth + 1)
        let scope = Scope(parent: place.scope, function: function)
        for (index, parameter) in macro.parameters.enumerated() {
            guard !macro.parameters[..<index].contains(where: { $0.name == parameter.name }) else {
                throw .failure(.pythonSyntax, "duplicate argument '\(parameter.name)' in function definition")
            }
            scope.declare(parameter.name)
        }
        for name in ["varargs", "kwargs", "caller"] where scope.ownSlot(name) == nil {
            scope.declare(name, isImplicit: true)
        }
        scope.declareStores(of: NameAnalysis(macro.body))
        var inner = place.inside(scope)
        inner.isInLoop = false
        inner.depth = 0
        var parameters: [MacroDefinition.Parameter] = []
        for parameter in macro.parameters {
            let value = try parameter.default.mapped({ (part) throws(JinjaError) in try self.compile(part, inner) })
            parameters.append(
                MacroDefinition.Parameter(
                    name: parameter.name, slot: scope.declare(parameter.name), defaultValue: value))
        }
        let body = try compile(macro.body, inner)
        return MacroDefinition(
            name: name, parameters: parameters, scope: scope, body: body, weight: Self.callWeight)
    }

    /// What a call takes of the native stack, in levels of syntax.
    private static let callWeight = 6

    mutating func compileLoop(_ loop: LoopSyntax, _ place: Place) throws(JinjaError) -> Execution {
        let sequence = try compile(loop.sequence, place)
        let function =
            loop.isRecursive ? FunctionFrame(depth: place.scope.function.depth + 1) : place.scope.function
        var filter: LoopDefinition.Filter?
        if let test = loop.test {
            let scope = Scope(parent: place.scope, function: function)
            declare(loop.target, in: scope)
            let inner = place.inside(scope)
            filter = LoopDefinition.Filter(
                assign: try compileTarget(loop.target, inner), test: try compile(test, inner))
        }
        let scope = Scope(parent: place.scope, function: function)
        declare(loop.target, in: scope)
        let loopSlot = scope.declare("loop", isImplicit: true)
        let names = NameAnalysis(loop.body)
        guard !names.stores.contains("loop") else {
            throw .syntax(message: "Can't assign to special loop variable in for-loop target", line: place.line)
        }
        scope.declareStores(of: names)
        var inner = place.inside(scope)
        inner.isInLoop = true
        let assign = try compileTarget(loop.target, inner)
        let body = try compile(loop.body, inner)
        let outerOfElse = Scope(parent: place.scope, function: function)
        outerOfElse.declareStores(of: NameAnalysis(loop.otherwise))
        let otherwise = try compile(loop.otherwise, place.inside(outerOfElse))
        let usesLoop = scope.usedImplicitNames.contains("loop")
        let definition = LoopDefinition(
            assign: assign, filter: filter, body: body, entries: scope.entries,
            loopSlot: usesLoop || loop.isRecursive ? loopSlot : nil, otherwise: otherwise,
            otherwiseEntries: outerOfElse.entries,
            recursion: loop.isRecursive
                ? LoopDefinition.Recursion(slotCount: function.slotCount, weight: Self.callWeight + place.depth) : nil)
        return { (renderer) throws(JinjaError) in
            try definition.run(over: try sequence(renderer), renderer)
        }
    }
}
