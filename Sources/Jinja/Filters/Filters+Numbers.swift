import Foundation

extension Filters {
    static let numbers: [String: Filter] = [
        "abs": absolute, "int": int, "float": float, "round": round, "filesizeformat": fileSize,
    ]

    private static let absolute: Filter = { (value, arguments, _) throws(JinjaError) in
        _ = try arguments.bound(to: [], of: "abs")
        switch Number(value) {
        case .int(let number): return number == .min ? .bigInteger(-BigInteger(number)) : .int(abs(number))
        case .big(let number): return try .integer(number.isNegative ? -number : number)
        case .float(let number): return .float(abs(number))
        case nil:
            throw .type("bad operand type for abs(): '\(value.typeName)'")
        }
    }

    private static let int: Filter = { (value, arguments, _) throws(JinjaError) in
        let values = try arguments.bound(to: ["default", "base"], of: "int")
        let fallback = values[0] ?? .int(0)
        switch value {
        case .bool(let value): return .int(value ? 1 : 0)
        case .int, .bigInteger: return value
        case .float(let number):
            guard let whole = BigInteger(number) else { return fallback }
            return try .integer(whole)
        case .undefined(let undefined): throw undefined.error
        case .string(let text), .markup(let text):
            let base = try integer(values[1], default: 10)
            if let whole = NumberText.integer(text, base: base) { return try .integer(whole) }
            // int("3.7") is 3: what is no integer is read as a float.
            guard let number = NumberText.float(text), let whole = BigInteger(number) else { return fallback }
            return try .integer(whole)
        default: return fallback
        }
    }

    private static let float: Filter = { (value, arguments, _) throws(JinjaError) in
        let fallback = try arguments.bound(to: ["default"], of: "float")[0] ?? .float(0)
        switch value {
        case .undefined(let undefined): throw undefined.error
        case .string(let text), .markup(let text): return NumberText.float(text).map { .float($0) } ?? fallback
        default:
            guard let number = Number(value) else { return fallback }
            if case .big(let integer) = number, integer.double.isInfinite {
                throw .failure(.overflow, "int too large to convert to float")
            }
            return .float(number.double)
        }
    }

    private static let round: Filter = { (value, arguments, _) throws(JinjaError) in
        let values = try arguments.bound(to: ["precision", "method"], of: "round")
        let method = try text(values[1], default: "common")
        guard ["common", "ceil", "floor"].contains(method) else {
            throw .failure(.filterArgument, "method must be common, ceil or floor")
        }
        let precision = try integer(values[0], default: 0)
        guard abs(precision) <= 400 else { throw .value("a precision of \(precision) is out of range") }
        guard let number = Number(value) else {
            throw .type("type \(value.typeName) doesn't define __round__ method")
        }
        if method == "common" { return try rounded(number, precision) }
        let scale = pow(10, Double(precision))
        let scaled = number.double * scale
        guard scaled.isFinite else { throw .failure(.overflow, "cannot convert float infinity to integer") }
        return .float(scaled.rounded(method == "ceil" ? .up : .down) / scale)
    }

    /// Python's `round`: the nearest decimal of the number's exact value, halves to even.
    private static func rounded(_ number: Number, _ precision: Int) throws(JinjaError) -> JinjaValue {
        if let integer = number.integer {
            guard precision < 0 else { return try .integer(integer) }
            var scale = BigInteger(1)
            for _ in 0..<(-precision) { scale = scale * BigInteger(10) }
            let (quotient, rest) = integer.dividedDown(by: scale)
            let twice = rest + rest
            let isUp = scale < twice || (twice == scale && !quotient.isEven)
            return try .integer((isUp ? quotient + BigInteger(1) : quotient) * scale)
        }
        let value = number.double
        guard value.isFinite else { return .float(value) }
        let digits = FloatText.scaled(value.magnitude, decimals: precision)
        let size = Double("\(digits)e\(-precision)") ?? value.magnitude
        return .float(value.sign == .minus ? -size : size)
    }

    private static let fileSize: Filter = { (value, arguments, _) throws(JinjaError) in
        let values = try arguments.bound(to: ["binary"], of: "filesizeformat")
        let isBinary = values[0]?.isTrue ?? false
        let size: Double
        if let text = value.text {
            guard let number = NumberText.float(text) else {
                throw .value("could not convert string to float: \(representation(of: text))")
            }
            size = number
        } else {
            guard let number = Number(value) else {
                throw .type("float() argument must be a string or a real number, not '\(value.typeName)'")
            }
            size = number.double
        }
        let base: Double = isBinary ? 1024 : 1000
        if size == 1 { return .string("1 Byte") }
        if size < base { return .string("\(Int(size)) Bytes") }
        let prefixes =
            isBinary
            ? ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"]
            : ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"]
        var unit = base
        for (index, prefix) in prefixes.enumerated() {
            unit *= base
            if size < unit || index == prefixes.count - 1 {
                return .string("\(FloatText.fixed(base * size / unit, decimals: 1)) \(prefix)")
            }
        }
        return .string("")
    }
}
