/// How much a template may ask for. The defaults are far above what real templates need.
public struct JinjaLimits: Sendable, Hashable {
    /// Statements, loop turns, calls, and elements and blocks of text that are made.
    public var steps = 10_000_000
    public var outputBytes = 64 << 20
    /// The longest single text that may be made on the way.
    public var textBytes = 16 << 20

    /// Levels of calls, each weighed by how deeply its statement is nested: what bounds the native stack.
    static let callDepth = 600
    /// Levels of lists in lists: what bounds recursion over values.
    static let valueDepth = 200
    static let integerBits = 1 << 14
    /// The longest `range`, which is the reference's own limit.
    static let rangeLength = 100_000
    /// Levels of brackets and of blocks in the source, each.
    static let sourceDepth = 60
    /// Levels of expressions in expressions, chains of operators and filters included.
    static let expressionHeight = 150

    public init() {}
}
