/// The elements of a list or a tuple.
public struct JinjaList {
    public let elements: [JinjaValue]
    let depth: Int

    /// - Throws: `JinjaError.limitExceeded` where values are nested too deeply.
    public init(_ elements: [JinjaValue]) throws(JinjaError) {
        self.elements = elements
        depth = try levels(above: elements)
    }

}

/// The depth of a value that holds these.
func levels(above values: [JinjaValue]) throws(JinjaError) -> Int {
    var deepest = 0
    for value in values {
        let depth = value.depth
        if depth > deepest { deepest = depth }
    }
    guard deepest < JinjaLimits.valueDepth else { throw .limit(.valueDepth(limit: JinjaLimits.valueDepth)) }
    return deepest + 1
}

extension JinjaValue {
    static func list(_ elements: [JinjaValue]) throws(JinjaError) -> JinjaValue { .list(try JinjaList(elements)) }

    static func tuple(_ elements: [JinjaValue]) throws(JinjaError) -> JinjaValue { .tuple(try JinjaList(elements)) }

    /// A list of texts, which cannot be nested too deeply.
    static func texts(_ texts: [String]) throws(JinjaError) -> JinjaValue { try .list(texts.map { .string($0) }) }
}
