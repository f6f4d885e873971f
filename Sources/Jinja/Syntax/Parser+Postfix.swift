extension Parser {
    /// Attributes, elements and calls after an expression.
    mutating func parsePostfix(of base: ExpressionSyntax) throws(JinjaError) -> ExpressionSyntax {
        var expression = base
        while true {
            if isSymbol(".") {
                expression = try parseAttribute(of: expression)
            } else if isSymbol("[") {
                let base = expression
                expression = try nested { (parser) throws(JinjaError) in try parser.parseSubscript(of: base) }
            } else if isSymbol("(") {
                expression = try parseCall(of: expression)
            } else {
                return expression
            }
            expression = try checked(expression)
        }
    }

    private mutating func parseAttribute(of base: ExpressionSyntax) throws(JinjaError) -> ExpressionSyntax {
        advance()
        defer { advance() }
        switch current.kind {
        case .name(let name): return ExpressionSyntax(.attribute(base, name), over: [base])
        case .integer(let text):
            guard let index = Int(text) else { throw fail("the index \(text) is too long") }
            return ExpressionSyntax(.item(base, ExpressionSyntax(.int(index))), over: [base])
        default: throw fail("expected name or number")
        }
    }

    private mutating func parseSubscript(of base: ExpressionSyntax) throws(JinjaError) -> ExpressionSyntax {
        advance()
        var parts: [ExpressionSyntax] = []
        while !isSymbol("]") {
            if !parts.isEmpty { try expectSymbol(",") }
            var start: ExpressionSyntax?
            if !isSymbol(":") { start = try parseExpression() }
            guard isSymbol(":") else {
                if let start { parts.append(start) }
                continue
            }
            advance()
            let stop = isSymbol(":") || isSymbol("]") ? nil : try parseExpression()
            var step: ExpressionSyntax?
            if skipSymbol(":"), !isSymbol("]") { step = try parseExpression() }
            guard parts.isEmpty, isSymbol("]") else {
                throw .failed(.pythonSyntax, message: "a slice among several subscripts", line: line)
            }
            advance()
            return ExpressionSyntax(
                .slice(base, start: start, stop: stop, step: step),
                over: [base] + [start, stop, step].compactMap { $0 })
        }
        advance()
        let key = parts.count == 1 ? parts[0] : ExpressionSyntax(.tuple(parts), over: parts)
        return ExpressionSyntax(.item(base, key), over: [base, key])
    }

    private mutating func parseCall(of base: ExpressionSyntax) throws(JinjaError) -> ExpressionSyntax {
        let arguments = try parseArguments()
        return ExpressionSyntax(.call(base, arguments), over: [base] + arguments.all)
    }

    /// Arguments in brackets.
    private mutating func parseArguments() throws(JinjaError) -> ArgumentsSyntax {
        try nested { (parser) throws(JinjaError) in try parser.parseArgumentsInside() }
    }

    private mutating func parseArgumentsInside() throws(JinjaError) -> ArgumentsSyntax {
        var arguments = ArgumentsSyntax()
        try expectSymbol("(")
        var isFirst = true
        while !isSymbol(")") {
            if !isFirst {
                try expectSymbol(",")
                if isSymbol(")") { break }
            }
            isFirst = false
            if skipSymbol("*") {
                guard arguments.extraPositional == nil, arguments.extraNamed == nil else { throw wrongArguments }
                arguments.extraPositional = try parseExpression()
            } else if skipSymbol("**") {
                guard arguments.extraNamed == nil else { throw wrongArguments }
                arguments.extraNamed = try parseExpression()
            } else if case .name(let name) = current.kind, next.kind == .symbol("=") {
                guard arguments.extraNamed == nil else { throw wrongArguments }
                advance()
                advance()
                if arguments.named.contains(where: { $0.name == name }) {
                    throw .failed(.pythonSyntax, message: "keyword argument repeated: \(name)", line: line)
                }
                arguments.named.append((name, try parseExpression()))
            } else {
                guard arguments.named.isEmpty, arguments.extraPositional == nil, arguments.extraNamed == nil else {
                    throw wrongArguments
                }
                arguments.positional.append(try parseExpression())
            }
        }
        advance()
        return arguments
    }

    private var wrongArguments: JinjaError { fail("invalid syntax for function call expression") }

    /// Filters, tests, and calls of what they give.
    mutating func parseFilters(
        of base: ExpressionSyntax, beginsWithName: Bool = false
    ) throws(JinjaError) -> ExpressionSyntax {
        var expression = base
        var isFirst = beginsWithName
        while true {
            if isFirst || isSymbol("|") {
                if !isFirst { advance() }
                isFirst = false
                let name = try parseDottedName()
                let arguments = isSymbol("(") ? try parseArguments() : ArgumentsSyntax()
                expression = ExpressionSyntax(
                    .filter(name, expression, arguments), over: [expression] + arguments.all)
            } else if isName("is") {
                expression = try parseTest(of: expression)
            } else if isSymbol("(") {
                expression = try parseCall(of: expression)
            } else {
                return expression
            }
            expression = try checked(expression)
        }
    }

    private mutating func parseDottedName() throws(JinjaError) -> String {
        var name = try expectName()
        while skipSymbol(".") { name += "." + (try expectName()) }
        return name
    }

    private mutating func parseTest(of base: ExpressionSyntax) throws(JinjaError) -> ExpressionSyntax {
        advance()
        let isNegated = skipName("not")
        let name = try parseDottedName()
        var arguments = ArgumentsSyntax()
        if isSymbol("(") {
            arguments = try parseArguments()
        } else if beginsTestArgument {
            if isName("is") { throw fail("You cannot chain multiple tests with is") }
            arguments.positional = [try parsePostfix(of: try parsePrimary())]
        }
        let test = ExpressionSyntax(.test(name, base, arguments), over: [base] + arguments.all)
        return isNegated ? ExpressionSyntax(.not(test), over: [test]) : test
    }

    private var beginsTestArgument: Bool {
        switch current.kind {
        case .name(let name): !["else", "or", "and"].contains(name)
        case .string, .integer, .float, .symbol("("), .symbol("["), .symbol("{"): true
        default: false
        }
    }
}
