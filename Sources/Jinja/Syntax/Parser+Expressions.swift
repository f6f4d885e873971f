extension Parser {
    /// A whole expression, `a if b else c` included.
    mutating func parseExpression(withConditional: Bool = true) throws(JinjaError) -> ExpressionSyntax {
        var expression = try parseOr()
        while withConditional, skipName("if") {
            let test = try parseOr()
            let otherwise: ExpressionSyntax? =
                skipName("else") ? try nested { (parser) throws(JinjaError) in try parser.parseExpression() } : nil
            expression = try checked(
                ExpressionSyntax(
                    .conditional(test: test, then: expression, otherwise: otherwise),
                    over: [test, expression] + (otherwise.map { [$0] } ?? [])))
        }
        return expression
    }

    /// An expression, or several with commas between them, which make a tuple.
    mutating func parseTuple(
        withConditional: Bool = true, until end: String? = nil, inBrackets: Bool = false
    ) throws(JinjaError) -> ExpressionSyntax {
        var parts: [ExpressionSyntax] = []
        var isTuple = false
        while true {
            if !parts.isEmpty { try expectSymbol(",") }
            if isTupleEnd(end) { break }
            parts.append(try parseExpression(withConditional: withConditional))
            guard isSymbol(",") else { break }
            isTuple = true
        }
        if !isTuple {
            if let only = parts.first { return only }
            guard inBrackets else { throw fail("Expected an expression, got '\(current.kind.description)'") }
        }
        return try checked(ExpressionSyntax(.tuple(parts), over: parts))
    }

    func isTupleEnd(_ end: String?) -> Bool {
        switch current.kind {
        case .variableEnd, .blockEnd, .symbol(")"): true
        case .name(let name): name == end
        default: false
        }
    }

    private mutating func parseOr() throws(JinjaError) -> ExpressionSyntax {
        var left = try parseAnd()
        while skipName("or") {
            let right = try parseAnd()
            left = try checked(ExpressionSyntax(.or(left, right), over: [left, right]))
        }
        return left
    }

    private mutating func parseAnd() throws(JinjaError) -> ExpressionSyntax {
        var left = try parseNot()
        while skipName("and") {
            let right = try parseNot()
            left = try checked(ExpressionSyntax(.and(left, right), over: [left, right]))
        }
        return left
    }

    private mutating func parseNot() throws(JinjaError) -> ExpressionSyntax {
        var count = 0
        while skipName("not") { count += 1 }
        var expression = try parseComparison()
        for _ in 0..<count { expression = try checked(ExpressionSyntax(.not(expression), over: [expression])) }
        return expression
    }

    private mutating func parseComparison() throws(JinjaError) -> ExpressionSyntax {
        let first = try parseSum()
        var rest: [(ComparisonOperator, ExpressionSyntax)] = []
        while let comparison = comparisonOperator() {
            advance()
            if comparison == .isNotIn { advance() }
            rest.append((comparison, try parseSum()))
        }
        guard !rest.isEmpty else { return first }
        return try checked(ExpressionSyntax(.comparison(first, rest), over: [first] + rest.map(\.1)))
    }

    private func comparisonOperator() -> ComparisonOperator? {
        switch current.kind {
        case .symbol(let symbol): ComparisonOperator(rawValue: symbol)
        case .name("in"): .isIn
        case .name("not") where next.kind == .name("in"): .isNotIn
        default: nil
        }
    }

    /// The operator that is next, if it is one of these.
    private mutating func skipOperator(_ operators: ArithmeticOperator...) -> ArithmeticOperator? {
        guard case .symbol(let symbol) = current.kind, let found = ArithmeticOperator(rawValue: symbol),
            operators.contains(found)
        else { return nil }
        advance()
        return found
    }

    private mutating func parseSum() throws(JinjaError) -> ExpressionSyntax {
        var left = try parseConcatenation()
        while let found = skipOperator(.add, .subtract) {
            let right = try parseConcatenation()
            left = try checked(ExpressionSyntax(.arithmetic(found, left, right), over: [left, right]))
        }
        return left
    }

    private mutating func parseConcatenation() throws(JinjaError) -> ExpressionSyntax {
        var parts = [try parseProduct()]
        while skipSymbol("~") { parts.append(try parseProduct()) }
        if parts.count == 1, let only = parts.first { return only }
        return try checked(ExpressionSyntax(.concatenation(parts), over: parts))
    }

    private mutating func parseProduct() throws(JinjaError) -> ExpressionSyntax {
        var left = try parsePower()
        while let found = skipOperator(.multiply, .divide, .divideDown, .modulo) {
            let right = try parsePower()
            left = try checked(ExpressionSyntax(.arithmetic(found, left, right), over: [left, right]))
        }
        return left
    }

    private mutating func parsePower() throws(JinjaError) -> ExpressionSyntax {
        var left = try parseUnary()
        while let found = skipOperator(.power) {
            let right = try parseUnary()
            left = try checked(ExpressionSyntax(.arithmetic(found, left, right), over: [left, right]))
        }
        return left
    }

    /// A sign binds more tightly than a filter: `-1|abs` is 1.
    private mutating func parseUnary() throws(JinjaError) -> ExpressionSyntax {
        var signs: [Bool] = []
        while isSymbol("-") || isSymbol("+") {
            signs.append(isSymbol("-"))
            advance()
        }
        var expression = try parsePostfix(of: try parsePrimary())
        for isNegative in signs.reversed() {
            expression = try parsePostfix(
                of: try checked(ExpressionSyntax(.sign(expression, isNegative: isNegative), over: [expression])))
        }
        return try parseFilters(of: expression)
    }

    mutating func parsePrimary() throws(JinjaError) -> ExpressionSyntax {
        switch current.kind {
        case .name(let name):
            advance()
            switch name {
            case "true", "True": return ExpressionSyntax(.bool(true))
            case "false", "False": return ExpressionSyntax(.bool(false))
            case "none", "None": return ExpressionSyntax(.none)
            default: return ExpressionSyntax(.name(name))
            }
        case .string(var text):
            advance()
            while case .string(let more) = current.kind {
                text += more
                advance()
            }
            return ExpressionSyntax(.string(text))
        case .integer(let text):
            let value = try integer(text)
            advance()
            return ExpressionSyntax(value)
        case .float(let text):
            advance()
            return ExpressionSyntax(.float(Double(text) ?? .infinity))
        case .symbol("("):
            return try nested { (parser) throws(JinjaError) in
                parser.advance()
                let inner = try parser.parseTuple(inBrackets: true)
                try parser.expectSymbol(")")
                return inner
            }
        case .symbol("["): return try nested { (parser) throws(JinjaError) in try parser.parseList() }
        case .symbol("{"): return try nested { (parser) throws(JinjaError) in try parser.parseDictionary() }
        default: throw fail("unexpected '\(current.kind.description)'")
        }
    }

    private func integer(_ text: String) throws(JinjaError) -> ExpressionSyntax.Kind {
        let bases: [String: Int] = ["0x": 16, "0X": 16, "0o": 8, "0O": 8, "0b": 2, "0B": 2]
        if let base = bases[String(text.prefix(2))] {
            guard let value = Int(text.dropFirst(2), radix: base) else { throw fail("the integer \(text) is too long") }
            return .int(value)
        }
        if let value = Int(text) { return .int(value) }
        guard text.utf8.count < JinjaLimits.integerBits / 4, let value = BigInteger(decimal: text) else {
            throw fail("an integer of \(text.utf8.count) digits is too long")
        }
        return .bigInteger(value)
    }

    private mutating func parseList() throws(JinjaError) -> ExpressionSyntax {
        advance()
        var elements: [ExpressionSyntax] = []
        while !isSymbol("]") {
            if !elements.isEmpty { try expectSymbol(",") }
            if isSymbol("]") { break }
            elements.append(try parseExpression())
        }
        advance()
        return try checked(ExpressionSyntax(.list(elements), over: elements))
    }

    private mutating func parseDictionary() throws(JinjaError) -> ExpressionSyntax {
        advance()
        var entries: [(key: ExpressionSyntax, value: ExpressionSyntax)] = []
        while !isSymbol("}") {
            if !entries.isEmpty { try expectSymbol(",") }
            if isSymbol("}") { break }
            let key = try parseExpression()
            try expectSymbol(":")
            entries.append((key, try parseExpression()))
        }
        advance()
        return try checked(ExpressionSyntax(.dictionary(entries), over: entries.flatMap { [$0.key, $0.value] }))
    }
}
