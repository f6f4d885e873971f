import Foundation

/// A value as a number of Python, `True` and `False` included.
enum Number {
    case int(Int)
    case big(BigInteger)
    case float(Double)

    init?(_ value: JinjaValue) {
        switch value {
        case .int(let value): self = .int(value)
        case .bool(let value): self = .int(value ? 1 : 0)
        case .bigInteger(let value): self = .big(value)
        case .float(let value): self = .float(value)
        default: return nil
        }
    }

    var double: Double {
        switch self {
        case .int(let value): Double(value)
        case .big(let value): value.double
        case .float(let value): value
        }
    }

    var integer: BigInteger? {
        switch self {
        case .int(let value): BigInteger(value)
        case .big(let value): value
        case .float: nil
        }
    }

    var isZero: Bool {
        switch self {
        case .int(let value): value == 0
        case .big: false
        case .float(let value): value == 0
        }
    }

    var isFloat: Bool {
        if case .float = self { return true }
        return false
    }
}

extension JinjaValue {
    var isNumber: Bool {
        switch self {
        case .int, .bool, .bigInteger, .float: true
        default: false
        }
    }

    /// The integer, in the smallest form that holds it.
    ///
    /// - Throws: a limit where it has too many bits.
    static func integer(_ value: BigInteger) throws(JinjaError) -> JinjaValue {
        if let small = value.int { return .int(small) }
        guard value.bitCount <= JinjaLimits.integerBits else {
            throw .limit(.integerBits(limit: JinjaLimits.integerBits))
        }
        return .bigInteger(value)
    }

    /// An integer that fits, where the value is one.
    var index: Int? {
        switch self {
        case .int(let value): value
        case .bool(let value): value ? 1 : 0
        default: nil
        }
    }
}

/// What `+`, `-` and the other operators do with numbers.
enum NumberArithmetic {
    static func apply(
        _ operation: ArithmeticOperator, _ left: Number, _ right: Number, _ renderer: Renderer
    ) throws(JinjaError) -> JinjaValue {
        if case .int(let left) = left, case .int(let right) = right,
            let value = try small(operation, left, right)
        {
            return value
        }
        if let left = left.integer, let right = right.integer {
            // Long multiplication and division take time that grows with the square of the length.
            try renderer.charge(left.bitCount * right.bitCount / 256)
            return try integers(operation, left, right)
        }
        return try floats(operation, left.double, right.double)
    }

    /// The result for machine integers; nil where it does not fit.
    private static func small(
        _ operation: ArithmeticOperator, _ left: Int, _ right: Int
    ) throws(JinjaError) -> JinjaValue? {
        let result: (partialValue: Int, overflow: Bool)
        switch operation {
        case .add: result = left.addingReportingOverflow(right)
        case .subtract: result = left.subtractingReportingOverflow(right)
        case .multiply: result = left.multipliedReportingOverflow(by: right)
        case .divide:
            guard right != 0 else { throw .failure(.zeroDivision, "division by zero") }
            return .float(Double(left) / Double(right))
        case .divideDown:
            guard right != 0 else { throw .failure(.zeroDivision, "integer division or modulo by zero") }
            guard left != .min || right != -1 else { return nil }
            return .int(left / right - (left % right != 0 && (left < 0) != (right < 0) ? 1 : 0))
        case .modulo:
            guard right != 0 else { throw .failure(.zeroDivision, "integer modulo by zero") }
            guard right != -1 else { return .int(0) }
            let rest = left % right
            return .int(rest != 0 && (rest < 0) != (right < 0) ? rest + right : rest)
        case .power: return nil
        }
        return result.overflow ? nil : .int(result.partialValue)
    }

    private static func integers(
        _ operation: ArithmeticOperator, _ left: BigInteger, _ right: BigInteger
    ) throws(JinjaError) -> JinjaValue {
        switch operation {
        case .add: return try .integer(left + right)
        case .subtract: return try .integer(left - right)
        case .multiply: return try .integer(left * right)
        case .divide:
            guard right.bitCount > 0 else { throw .failure(.zeroDivision, "division by zero") }
            let (top, bottom) = (left.double, right.double)
            guard top.isFinite, bottom.isFinite else {
                throw .failure(.overflow, "integer division result too large for a float")
            }
            return .float(top / bottom)
        case .divideDown:
            guard right.bitCount > 0 else { throw .failure(.zeroDivision, "integer division or modulo by zero") }
            return try .integer(left.dividedDown(by: right).quotient)
        case .modulo:
            guard right.bitCount > 0 else { throw .failure(.zeroDivision, "integer modulo by zero") }
            return try .integer(left.dividedDown(by: right).rest)
        case .power: return try power(left, right)
        }
    }

    private static func power(_ base: BigInteger, _ exponent: BigInteger) throws(JinjaError) -> JinjaValue {
        if exponent.isNegative { return try floats(.power, base.double, exponent.double) }
        if exponent.bitCount == 0 { return .int(1) }
        if let small = base.int, (-1...1).contains(small) {
            return .int(small == -1 && exponent.isEven ? 1 : small)
        }
        // The power has at least so many bits; of more it is not begun.
        let (bits, overflows) = (exponent.int ?? .max).multipliedReportingOverflow(by: base.bitCount - 1)
        guard !overflows, bits <= JinjaLimits.integerBits, var rest = exponent.int else {
            throw .limit(.integerBits(limit: JinjaLimits.integerBits))
        }
        var result = BigInteger(1)
        var square = base
        while true {
            if rest & 1 == 1 { result = result * square }
            rest >>= 1
            if rest == 0 { return try .integer(result) }
            square = square * square
        }
    }

    private static func floats(
        _ operation: ArithmeticOperator, _ left: Double, _ right: Double
    ) throws(JinjaError) -> JinjaValue {
        switch operation {
        case .add: return .float(left + right)
        case .subtract: return .float(left - right)
        case .multiply: return .float(left * right)
        case .divide:
            guard right != 0 else { throw .failure(.zeroDivision, "float division by zero") }
            return .float(left / right)
        case .divideDown:
            guard right != 0 else { throw .failure(.zeroDivision, "float floor division by zero") }
            return .float(((left - floorRest(left, right)) / right).rounded())
        case .modulo:
            guard right != 0 else { throw .failure(.zeroDivision, "float modulo") }
            return .float(floorRest(left, right))
        case .power:
            if left == 0, right < 0 {
                throw .failure(.zeroDivision, "0.0 cannot be raised to a negative power")
            }
            if left < 0, right.isFinite, right != right.rounded() {
                throw .type("complex numbers, which a negative number to a fraction is, are not supported")
            }
            let value = pow(left, right)
            if value.isInfinite, left.isFinite, right.isFinite {
                throw .failure(.overflow, "(34, 'Numerical result out of range')")
            }
            return .float(value)
        }
    }

    /// The rest of a division rounded down, with the divisor's sign.
    private static func floorRest(_ left: Double, _ right: Double) -> Double {
        let rest = left.truncatingRemainder(dividingBy: right)
        if rest == 0 { return right.sign == .minus ? -0.0 : 0.0 }
        return (rest < 0) != (right < 0) ? rest + right : rest
    }
}
