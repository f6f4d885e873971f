/// The few attributes of numbers that a template can use.
enum NumberMethod {
    static func attribute(_ name: String, of value: JinjaValue) -> JinjaValue? {
        let isFloat = if case .float = value { true } else { false }
        switch name {
        case "real" where !isFloat, "numerator" where !isFloat:
            return Number(value)?.integer.map { $0.int.map { .int($0) } ?? .bigInteger($0) }
        case "real": return value
        case "imag": return isFloat ? .float(0) : .int(0)
        case "denominator" where !isFloat: return .int(1)
        case "conjugate", "as_integer_ratio": break
        case "is_integer", "hex": if !isFloat { return nil }
        case "bit_length", "bit_count": if isFloat { return nil }
        default: return nil
        }
        return .object(BoundMethod(value, name, depth: 0))
    }

    static func call(
        _ name: String, of value: JinjaValue, _ arguments: Arguments
    ) throws(JinjaError) -> JinjaValue? {
        guard let number = Number(value) else { return nil }
        switch (name, number) {
        case ("conjugate", _): return value
        case ("is_integer", .float(let float)): return .bool(float.isFinite && float == float.rounded())
        case ("bit_length", _): return number.integer.map { .int($0.bitCount) }
        case ("bit_count", _):
            return number.integer.map { .int($0.magnitude.reduce(0) { $0 + $1.nonzeroBitCount }) }
        case ("as_integer_ratio", .int), ("as_integer_ratio", .big): return try .tuple([value, .int(1)])
        default: return nil
        }
    }
}
