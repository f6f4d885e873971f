/// Python's arithmetic operators on any values.
enum Operators {
    static func apply(
        _ operation: ArithmeticOperator, _ left: JinjaValue, _ right: JinjaValue, _ renderer: Renderer
    ) throws(JinjaError) -> JinjaValue {
        if let leftNumber = Number(left), let rightNumber = Number(right) {
            return try NumberArithmetic.apply(operation, leftNumber, rightNumber, renderer)
        }
        if case .undefined(let undefined) = left { throw undefined.error }
        switch operation {
        case .modulo:
            if let format = left.text { return try PercentFormat.apply(format, to: right, of: left, renderer) }
        case .add:
            if let sum = try joined(left, right, renderer) { return sum }
        case .multiply:
            if let product = try repeated(left, right, renderer) { return product }
            if let product = try repeated(right, left, renderer) { return product }
        default: break
        }
        if case .undefined(let undefined) = right { throw undefined.error }
        throw unsupported(operation, left, right)
    }

    private static func joined(
        _ left: JinjaValue, _ right: JinjaValue, _ renderer: Renderer
    ) throws(JinjaError) -> JinjaValue? {
        switch (left, right) {
        case (.string(let first), .string(let second)): return .string(try renderer.joined(first, second))
        case (.markup(let first), .markup(let second)): return .markup(try renderer.joined(first, second))
        case (.markup(let first), .string(let second)):
            return .markup(try renderer.joined(first, HTML.escaped(second)))
        case (.string(let first), .markup(let second)):
            return .markup(try renderer.joined(HTML.escaped(first), second))
        case (.list(let first), .list(let second)):
            try renderer.charge(first.elements.count + second.elements.count)
            return try .list(first.elements + second.elements)
        case (.tuple(let first), .tuple(let second)):
            try renderer.charge(first.elements.count + second.elements.count)
            return try .tuple(first.elements + second.elements)
        default: return nil
        }
    }

    private static func repeated(
        _ value: JinjaValue, _ times: JinjaValue, _ renderer: Renderer
    ) throws(JinjaError) -> JinjaValue? {
        guard let wanted = times.index else { return nil }
        let count = max(0, wanted)
        switch value {
        case .string(let text): return .string(try renderer.repeated(text, count))
        case .markup(let text): return .markup(try renderer.repeated(text, count))
        case .list(let list): return try .list(try renderer.repeated(list.elements, count))
        case .tuple(let list): return try .tuple(try renderer.repeated(list.elements, count))
        default: return nil
        }
    }

    private static func unsupported(
        _ operation: ArithmeticOperator, _ left: JinjaValue, _ right: JinjaValue
    ) -> JinjaError {
        if operation == .add {
            switch left {
            case .string, .list, .tuple:
                return .type("can only concatenate \(left.typeName) (not \"\(right.typeName)\") to \(left.typeName)")
            default: break
            }
        }
        let shown = operation == .power ? "** or pow()" : operation.rawValue
        return .type("unsupported operand type(s) for \(shown): '\(left.typeName)' and '\(right.typeName)'")
    }

    static func signed(_ value: JinjaValue, isNegative: Bool) throws(JinjaError) -> JinjaValue {
        switch (Number(value), value) {
        case (.int(let number), _):
            guard isNegative else { return .int(number) }
            return number == .min ? .bigInteger(-BigInteger(number)) : .int(-number)
        case (.big(let number), _): return try .integer(isNegative ? -number : number)
        case (.float(let number), _): return .float(isNegative ? -number : number)
        case (nil, .undefined(let undefined)): throw undefined.error
        case (nil, _): throw .type("bad operand type for unary \(isNegative ? "-" : "+"): '\(value.typeName)'")
        }
    }
}
