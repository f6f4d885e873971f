/// An expression as it is written.
struct ExpressionSyntax {
    indirect enum Kind {
        case none
        case bool(Bool)
        case int(Int)
        case bigInteger(BigInteger)
        case float(Double)
        case string(String)
        case name(String)
        case list([ExpressionSyntax])
        case tuple([ExpressionSyntax])
        case dictionary([(key: ExpressionSyntax, value: ExpressionSyntax)])
        case attribute(ExpressionSyntax, String)
        case item(ExpressionSyntax, ExpressionSyntax)
        case slice(ExpressionSyntax, start: ExpressionSyntax?, stop: ExpressionSyntax?, step: ExpressionSyntax?)
        case call(ExpressionSyntax, ArgumentsSyntax)
        case filter(String, ExpressionSyntax, ArgumentsSyntax)
        /// What a filter block or a block assignment filters.
        case blockText
        case test(String, ExpressionSyntax, ArgumentsSyntax)
        case not(ExpressionSyntax)
        case sign(ExpressionSyntax, isNegative: Bool)
        case and(ExpressionSyntax, ExpressionSyntax)
        case or(ExpressionSyntax, ExpressionSyntax)
        case arithmetic(ArithmeticOperator, ExpressionSyntax, ExpressionSyntax)
        case comparison(ExpressionSyntax, [(ComparisonOperator, ExpressionSyntax)])
        case concatenation([ExpressionSyntax])
        case conditional(test: ExpressionSyntax, then: ExpressionSyntax, otherwise: ExpressionSyntax?)
        /// `namespace.attribute` where it is set.
        case namespaceAttribute(String, String)
    }

    let kind: Kind
    /// Levels of expressions in it, which bound how deep its evaluation goes.
    let height: Int

    init(_ kind: Kind, over parts: [ExpressionSyntax] = []) {
        self.kind = kind
        height = 1 + (parts.map(\.height).max() ?? 0)
    }
}

/// The arguments of a call, a filter or a test as they are written.
struct ArgumentsSyntax {
    var positional: [ExpressionSyntax] = []
    var named: [(name: String, value: ExpressionSyntax)] = []
    var extraPositional: ExpressionSyntax?
    var extraNamed: ExpressionSyntax?

    var all: [ExpressionSyntax] {
        positional + named.map(\.value) + [extraPositional, extraNamed].compactMap { $0 }
    }
}

enum ArithmeticOperator: String {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case divideDown = "//"
    case modulo = "%"
    case power = "**"
}

enum ComparisonOperator: String {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case isIn = "in"
    case isNotIn = "not in"
}
