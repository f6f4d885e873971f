/// Makes statements of tokens.
struct Parser {
    private let tokens: [Token]
    private var index = 0
    private var openBlocks: [String] = []
    private var blockNames: Set<String> = []
    /// Levels of brackets that the parser is in.
    private var bracketDepth = 0

    private init(_ tokens: [Token]) { self.tokens = tokens }

    /// - Throws: `JinjaError.syntax`.
    static func statements(of source: String) throws(JinjaError) -> [StatementSyntax] {
        var parser = Parser(try Lexer.tokens(of: source))
        return try parser.parseBody(until: [])
    }

    // MARK: Tokens

    var current: Token { tokens[min(index, tokens.count - 1)] }
    var next: Token { tokens[min(index + 1, tokens.count - 1)] }
    var line: Int { current.line }

    func fail(_ message: String) -> JinjaError { .syntax(message: message, line: current.line) }

    mutating func advance() { index += 1 }

    func isSymbol(_ symbol: String) -> Bool { current.kind == .symbol(symbol) }

    func isName(_ name: String) -> Bool { current.kind == .name(name) }

    mutating func skipSymbol(_ symbol: String) -> Bool {
        guard isSymbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func skipName(_ name: String) -> Bool {
        guard isName(name) else { return false }
        advance()
        return true
    }

    mutating func expect(_ kind: Token.Kind, _ description: String? = nil) throws(JinjaError) {
        guard current.kind == kind else {
            if case .end = current.kind {
                throw fail("unexpected end of template, expected '\(description ?? kind.description)'.")
            }
            throw fail("expected token '\(description ?? kind.description)', got '\(current.kind.description)'")
        }
        advance()
    }

    mutating func expectSymbol(_ symbol: String) throws(JinjaError) { try expect(.symbol(symbol)) }

    mutating func expectName() throws(JinjaError) -> String {
        guard case .name(let name) = current.kind else {
            throw fail("expected token 'name', got '\(current.kind.description)'")
        }
        advance()
        return name
    }

    /// Runs a parser of what is in brackets, no deeper than the source may be.
    mutating func nested<Result>(
        _ parse: (inout Parser) throws(JinjaError) -> Result
    ) throws(JinjaError) -> Result {
        guard bracketDepth < JinjaLimits.sourceDepth else {
            throw fail("brackets are nested more than \(JinjaLimits.sourceDepth) levels deep")
        }
        bracketDepth += 1
        defer { bracketDepth -= 1 }
        return try parse(&self)
    }

    func checked(_ expression: ExpressionSyntax) throws(JinjaError) -> ExpressionSyntax {
        guard expression.height <= JinjaLimits.expressionHeight else {
            throw fail("an expression is nested more than \(JinjaLimits.expressionHeight) levels deep")
        }
        return expression
    }

    // MARK: Bodies

    /// Parses up to a tag of one of these names, which is left as the current token.
    private mutating func parseBody(until ends: [String]) throws(JinjaError) -> [StatementSyntax] {
        var body: [StatementSyntax] = []
        while true {
            let line = line
            switch current.kind {
            case .data(let text):
                body.append(StatementSyntax(kind: .text(text), line: line))
                advance()
            case .variableBegin:
                advance()
                body.append(StatementSyntax(kind: .output(try parseTuple()), line: line))
                try expect(.variableEnd)
            case .blockBegin:
                advance()
                if case .name(let name) = current.kind, ends.contains(name) { return body }
                body += try parseStatement(looking: ends)
                try expect(.blockEnd)
            case .end:
                guard let innermost = openBlocks.last else { return body }
                throw fail(
                    "Unexpected end of template. Jinja was looking for the following tags: \(Self.list(ends))."
                        + " The innermost block that needs to be closed is '\(innermost)'.")
            default: throw fail("unexpected '\(current.kind.description)'")
            }
        }
    }

    private static func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: " or ") }

    /// Parses the end of the tag that is open and the body after it, up to one of these tags.
    mutating func parseBlock(until ends: String...) throws(JinjaError) -> [StatementSyntax] {
        _ = skipSymbol(":")
        try expect(.blockEnd)
        return try parseBody(until: ends)
    }

    private mutating func parseStatement(looking ends: [String]) throws(JinjaError) -> [StatementSyntax] {
        guard case .name(let tag) = current.kind else { throw fail("tag name expected") }
        guard openBlocks.count < JinjaLimits.sourceDepth else {
            throw fail("blocks are nested more than \(JinjaLimits.sourceDepth) levels deep")
        }
        let line = line
        advance()
        openBlocks.append(tag)
        defer { openBlocks.removeLast() }
        if tag == "print" { return try parsePrint(line: line) }
        guard let kind = try parseStatement(tag) else {
            var message = "Encountered unknown tag '\(tag)'."
            let outer = openBlocks.dropLast().last
            if let outer {
                message += " Jinja was looking for the following tags: \(Self.list(ends))."
                message += " The innermost block that needs to be closed is '\(outer)'."
            }
            throw .syntax(message: message, line: line)
        }
        return [StatementSyntax(kind: kind, line: line)]
    }

    private mutating func parsePrint(line: Int) throws(JinjaError) -> [StatementSyntax] {
        var outputs: [StatementSyntax] = []
        while current.kind != .blockEnd {
            if !outputs.isEmpty { try expectSymbol(",") }
            outputs.append(StatementSyntax(kind: .output(try parseExpression()), line: line))
        }
        return outputs
    }

    mutating func register(block name: String) throws(JinjaError) {
        guard blockNames.insert(name).inserted else { throw fail("block '\(name)' defined twice") }
    }
}
