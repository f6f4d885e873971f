/// Python's `==`.
func isEqualTo(_ left: JinjaValue, _ right: JinjaValue) throws(JinjaError) -> Bool {
    var budget = 10_000_000
    return try isEqual(left, right, &budget)
}

/// - Parameter budget: comparisons that are left, since a value that holds another twice, which holds another twice,
///   takes long to walk.
private func isEqual(_ left: JinjaValue, _ right: JinjaValue, _ budget: inout Int) throws(JinjaError) -> Bool {
    budget -= 1
    guard budget > 0 else { throw .limit(.steps(limit: JinjaLimits().steps)) }
    switch (left, right) {
    case (.string(let left), .string(let right)), (.markup(let left), .markup(let right)),
        (.string(let left), .markup(let right)), (.markup(let left), .string(let right)):
        return hasSameBytes(left, right)
    case (.none, .none), (.undefined, .undefined): return true
    case (.int(let left), .int(let right)): return left == right
    case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
        guard left.elements.count == right.elements.count else { return false }
        for (left, right) in zip(left.elements, right.elements) where try !isEqual(left, right, &budget) {
            return false
        }
        return true
    case (.dictionary(let left), .dictionary(let right)):
        guard left.entries.count == right.entries.count else { return false }
        for entry in left.entries {
            guard let other = try right.value(of: entry.key), try isEqual(entry.value, other, &budget) else {
                return false
            }
        }
        return true
    case (.object(let left), .object(let right)): return try left.isEqual(to: right)
    default:
        guard let left = Number(left), let right = Number(right) else { return false }
        return order(left, right) == 0
    }
}

/// -1, 0 or 1 as `left` is less, equal or greater; nil where one is not a number.
func order(_ left: Number, _ right: Number) -> Int? {
    if case .int(let left) = left, case .int(let right) = right { return left < right ? -1 : left == right ? 0 : 1 }
    if let left = left.integer, let right = right.integer { return left < right ? -1 : left == right ? 0 : 1 }
    // A double and an integer that no double is exactly: compared as integers, by the double's whole part.
    if case .float(let value) = left, let integer = right.integer, abs(value) > 9e15, let whole = BigInteger(value) {
        return whole < integer ? -1 : whole == integer ? 0 : 1
    }
    if case .float = right, left.integer != nil, abs(right.double) > 9e15 { return order(right, left).map { -$0 } }
    let (first, second) = (left.double, right.double)
    return first < second ? -1 : first == second ? 0 : first > second ? 1 : nil
}

/// Python's `<`, `<=`, `>` and `>=`.
func isOrdered(
    _ left: JinjaValue, _ operation: ComparisonOperator, _ right: JinjaValue
) throws(JinjaError) -> Bool {
    var budget = 10_000_000
    if case .undefined(let undefined) = left { throw undefined.error }
    if case .undefined(let undefined) = right { throw undefined.error }
    guard let order = try order(left, right, operation, &budget) else { return false }
    return switch operation {
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .greater: order > 0
    default: order >= 0
    }
}

private func order(
    _ left: JinjaValue, _ right: JinjaValue, _ operation: ComparisonOperator, _ budget: inout Int
) throws(JinjaError) -> Int? {
    budget -= 1
    guard budget > 0 else { throw .limit(.steps(limit: JinjaLimits().steps)) }
    if let left = Number(left), let right = Number(right) { return order(left, right) }
    if let left = left.text, let right = right.text {
        // The bytes of UTF-8 have the order of the code points.
        if hasSameBytes(left, right) { return 0 }
        return left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
    }
    switch (left, right) {
    case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
        for (left, right) in zip(left.elements, right.elements) where try !isEqual(left, right, &budget) {
            return try order(left, right, operation, &budget)
        }
        return left.elements.count - right.elements.count
    case (.undefined(let undefined), _), (_, .undefined(let undefined)): throw undefined.error
    default:
        throw .type(
            "'\(operation.rawValue)' not supported between instances of '\(left.typeName)' and '\(right.typeName)'")
    }
}

/// Python's `in`.
func contains(
    _ container: JinjaValue, _ value: JinjaValue, _ renderer: Renderer
) throws(JinjaError) -> Bool {
    switch container {
    case .string(let text), .markup(let text):
        guard let part = value.text else {
            throw .type("'in <string>' requires string as left operand, not \(value.typeName)")
        }
        try renderer.charge(bytes: text.utf8.count)
        return PythonText.find(part, in: text) != nil
    case .list(let list), .tuple(let list):
        try renderer.charge(list.elements.count)
        return try contains(elements: list.elements, value)
    case .dictionary(let dictionary): return try dictionary.value(of: value).isSome
    case .undefined: return false
    case .object(let object):
        guard var iterator = object.elements() else { break }
        return try contains(elements: try iterator.rest(renderer), value)
    default: break
    }
    throw .type("argument of type '\(container.typeName)' is not iterable")
}

func contains(elements: [JinjaValue], _ value: JinjaValue) throws(JinjaError) -> Bool {
    for element in elements where try isEqualTo(element, value) { return true }
    return false
}

extension JinjaValue? {
    /// Whether there is a value, `None` and undefined ones included.
    var isSome: Bool {
        switch self {
        case .some: true
        case nil: false
        }
    }
}
