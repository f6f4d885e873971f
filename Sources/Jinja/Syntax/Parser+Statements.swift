extension Parser {
    /// The statement of a tag whose name has been read; nil where no tag is called so.
    mutating func parseStatement(_ tag: String) throws(JinjaError) -> StatementSyntax.Kind? {
        switch tag {
        case "for": return try parseFor()
        case "if": return try parseIf()
        case "set": return try parseSet()
        case "macro": return try parseMacro()
        case "call": return try parseCallBlock()
        case "filter": return try parseFilterBlock()
        case "with": return try parseWith()
        case "block": return try parseNamedBlock()
        case "autoescape":
            let isOn = try parseExpression()
            let body = try parseBlock(until: "endautoescape")
            advance()
            return .autoescape(isOn, body: body)
        case "generation":
            let body = try parseBlock(until: "endgeneration")
            advance()
            return .generation(body)
        case "break": return .breakLoop
        case "continue": return .continueLoop
        case "include", "import", "from", "extends": return try parseLoad(tag)
        default: return nil
        }
    }

    private mutating func parseFor() throws(JinjaError) -> StatementSyntax.Kind {
        let target = try parseTarget(until: "in")
        if containsLoop(target) { throw fail("Can't assign to special loop variable in for-loop target") }
        try expect(.name("in"), "in")
        let sequence = try parseTuple(withConditional: false, until: "recursive")
        let test = skipName("if") ? try parseExpression() : nil
        let isRecursive = skipName("recursive")
        let body = try parseBlock(until: "endfor", "else")
        var otherwise: [StatementSyntax] = []
        if skipName("else") { otherwise = try parseBlock(until: "endfor") }
        advance()
        return .loop(
            LoopSyntax(
                target: target, sequence: sequence, test: test, isRecursive: isRecursive, body: body,
                otherwise: otherwise))
    }

    private func containsLoop(_ target: ExpressionSyntax) -> Bool {
        switch target.kind {
        case .name(let name): name == "loop"
        case .tuple(let parts): parts.contains(where: containsLoop)
        default: false
        }
    }

    private mutating func parseIf() throws(JinjaError) -> StatementSyntax.Kind {
        var branches: [(test: ExpressionSyntax, body: [StatementSyntax])] = []
        while true {
            let test = try parseTuple(withConditional: false)
            branches.append((test, try parseBlock(until: "elif", "else", "endif")))
            if skipName("elif") { continue }
            var otherwise: [StatementSyntax] = []
            if skipName("else") { otherwise = try parseBlock(until: "endif") }
            advance()
            return .condition(branches, otherwise: otherwise)
        }
    }

    private mutating func parseSet() throws(JinjaError) -> StatementSyntax.Kind {
        let target = try parseTarget(allowingNamespaces: true)
        if skipSymbol("=") { return .assignment(target: target, value: try parseTuple()) }
        var filter: ExpressionSyntax?
        if isSymbol("|") { filter = try parseFilters(of: ExpressionSyntax(.blockText)) }
        let body = try parseBlock(until: "endset")
        advance()
        return .blockAssignment(target: target, filter: filter, body: body)
    }

    private mutating func parseMacro() throws(JinjaError) -> StatementSyntax.Kind {
        let name = try expectName()
        guard !["true", "false", "none", "True", "False", "None"].contains(name) else {
            throw fail("can't assign to 'const'")
        }
        let parameters = try parseParameters()
        let body = try parseBlock(until: "endmacro")
        advance()
        return .macro(name: name, MacroSyntax(parameters: parameters, body: body))
    }

    private mutating func parseParameters() throws(JinjaError) -> [(name: String, default: ExpressionSyntax?)] {
        var parameters: [(name: String, default: ExpressionSyntax?)] = []
        try expectSymbol("(")
        while !isSymbol(")") {
            if !parameters.isEmpty { try expectSymbol(",") }
            guard case .name(let name) = try parseTarget(onlyName: true).kind else {
                throw fail("expected token 'name', got '\(current.kind.description)'")
            }
            if skipSymbol("=") {
                parameters.append((name, try parseExpression()))
            } else {
                guard parameters.last?.default == nil else {
                    throw fail("non-default argument follows default argument")
                }
                parameters.append((name, nil))
            }
        }
        advance()
        return parameters
    }

    private mutating func parseCallBlock() throws(JinjaError) -> StatementSyntax.Kind {
        var caller = MacroSyntax()
        if isSymbol("(") { caller.parameters = try parseParameters() }
        let call = try parseExpression()
        guard case .call = call.kind else { throw fail("expected call") }
        caller.body = try parseBlock(until: "endcall")
        advance()
        return .callBlock(call: call, caller: caller)
    }

    private mutating func parseFilterBlock() throws(JinjaError) -> StatementSyntax.Kind {
        let filter = try parseFilters(of: ExpressionSyntax(.blockText), beginsWithName: true)
        let body = try parseBlock(until: "endfilter")
        advance()
        return .filterBlock(filter, body: body)
    }

    private mutating func parseWith() throws(JinjaError) -> StatementSyntax.Kind {
        var assignments: [(target: ExpressionSyntax, value: ExpressionSyntax)] = []
        while current.kind != .blockEnd {
            if !assignments.isEmpty { try expectSymbol(",") }
            let target = try parseTarget()
            try expectSymbol("=")
            assignments.append((target, try parseExpression()))
        }
        let body = try parseBlock(until: "endwith")
        advance()
        return .with(assignments, body: body)
    }

    private mutating func parseNamedBlock() throws(JinjaError) -> StatementSyntax.Kind {
        let name = try expectName()
        try register(block: name)
        _ = skipName("scoped")
        let isRequired = skipName("required")
        if isSymbol("-") {
            throw fail("Block names in Jinja have to be valid Python identifiers and may not contain hyphens")
        }
        let body = try parseBlock(until: "endblock")
        advance()
        _ = skipName(name)
        if isRequired { return .requiredBlock(name: name) }
        return .block(name: name, body: body)
    }

    private mutating func parseLoad(_ tag: String) throws(JinjaError) -> StatementSyntax.Kind {
        _ = try parseExpression()
        // What follows says what to import and as what, which does not matter where nothing can be.
        while current.kind != .blockEnd, current.kind != .end { advance() }
        return .load
    }

    // MARK: Targets

    /// What is assigned to: a name, several, or a namespace's attribute.
    mutating func parseTarget(
        allowingNamespaces: Bool = false, onlyName: Bool = false, until end: String? = nil
    ) throws(JinjaError) -> ExpressionSyntax {
        if onlyName { return try assignable(ExpressionSyntax(.name(try expectName()))) }
        return try parseTargets(allowingNamespaces: allowingNamespaces, until: end)
    }

    private mutating func parseTargets(
        allowingNamespaces: Bool, until end: String?
    ) throws(JinjaError) -> ExpressionSyntax {
        var targets: [ExpressionSyntax] = []
        var isTuple = false
        while true {
            if isTuple, isTupleEnd(end) { break }
            targets.append(try parseOneTarget(allowingNamespaces: allowingNamespaces, until: end))
            guard skipSymbol(",") else { break }
            isTuple = true
        }
        if !isTuple, let only = targets.first { return only }
        return try checked(ExpressionSyntax(.tuple(targets), over: targets))
    }

    private mutating func parseOneTarget(
        allowingNamespaces: Bool, until end: String?
    ) throws(JinjaError) -> ExpressionSyntax {
        if isTupleEnd(end) { throw fail("Expected an expression, got '\(current.kind.description)'") }
        if allowingNamespaces, case .name(let name) = current.kind, next.kind == .symbol(".") {
            advance()
            advance()
            return ExpressionSyntax(.namespaceAttribute(name, try expectName()))
        }
        if isSymbol("(") {
            let targets = try nested { (parser) throws(JinjaError) in
                parser.advance()
                return try parser.parseTargets(allowingNamespaces: allowingNamespaces, until: end)
            }
            try expectSymbol(")")
            return targets
        }
        return try assignable(try parsePrimary())
    }

    private func assignable(_ target: ExpressionSyntax) throws(JinjaError) -> ExpressionSyntax {
        switch target.kind {
        case .name(let name) where !["true", "false", "none", "True", "False", "None"].contains(name): target
        case .list: throw fail("can't assign to 'list'")
        case .dictionary: throw fail("can't assign to 'dict'")
        default: throw fail("can't assign to 'const'")
        }
    }
}
