/// Floating-point numbers as Python writes them.
enum FloatText {
    /// Python's `repr`: the fewest digits that read back as the same number, with an exponent below 1e-4 and from 1e16.
    static func shortest(_ value: Double) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        let (digits, point) = shortestDigits(value.magnitude)
        let sign = value.sign == .minus ? "-" : ""
        if point > -4, point <= 16 { return sign + positional(digits, point: point, minimumDecimals: 1) }
        return sign + scientific(digits, point: point)
    }

    /// The digits of a number and where its point is among them: 0.05 is ("5", -1), 12 is ("12", 2).
    private static func shortestDigits(_ value: Double) -> (digits: String, point: Int) {
        let written = value.description
        var mantissa = Substring(written)
        var exponent = 0
        if let mark = written.firstIndex(of: "e") {
            mantissa = written[..<mark]
            exponent = Int(written[written.index(after: mark)...]) ?? 0
        }
        let parts = mantissa.split(separator: ".", omittingEmptySubsequences: false)
        let whole = parts.first ?? ""
        let fraction = parts.count > 1 ? parts[1] : ""
        let all = String(whole + fraction)
        let leading = all.utf8.prefix { $0 == .zero }.count
        var digits = String(all.dropFirst(leading))
        while digits.utf8.last == .zero { digits.removeLast() }
        if digits.isEmpty { return ("0", 1) }
        return (digits, whole.utf8.count + exponent - leading)
    }

    private static func positional(_ digits: String, point: Int, minimumDecimals: Int) -> String {
        let count = digits.utf8.count
        if point <= 0 { return "0." + String(repeating: "0", count: -point) + digits }
        if point >= count {
            let whole = digits + String(repeating: "0", count: point - count)
            return minimumDecimals > 0 ? whole + "." + String(repeating: "0", count: minimumDecimals) : whole
        }
        return digits.prefix(point) + "." + digits.dropFirst(point)
    }

    private static func scientific(_ digits: String, point: Int) -> String {
        let exponent = point - 1
        let size = String(abs(exponent))
        let mantissa = digits.utf8.count > 1 ? digits.prefix(1) + "." + digits.dropFirst(1) : Substring(digits)
        return mantissa + "e" + (exponent < 0 ? "-" : "+") + (size.utf8.count < 2 ? "0" : "") + size
    }

    // MARK: With a precision

    private static func unusual(_ value: Double) -> String? {
        if value.isNaN { return "nan" }
        return value.isInfinite ? "inf" : nil
    }

    /// The size of a number with so many decimals, as C's `%.*f`.
    static func fixed(_ value: Double, decimals: Int) -> String {
        if let text = unusual(value) { return text }
        let digits = scaled(value.magnitude, decimals: decimals).description
        guard decimals > 0 else { return digits }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.utf8.count)) + digits
        return padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }

    /// The size of a number as C's `%.*e`.
    static func exponential(_ value: Double, decimals: Int) -> String {
        if let text = unusual(value) { return text }
        let (digits, exponent) = rounded(value.magnitude, digits: decimals + 1)
        let mantissa = decimals > 0 ? digits.prefix(1) + "." + digits.dropFirst(1) : digits.prefix(1)
        let size = String(abs(exponent))
        return mantissa + "e" + (exponent < 0 ? "-" : "+") + (size.utf8.count < 2 ? "0" : "") + size
    }

    /// The size of a number as C's `%.*g`, or `%#.*g` where zeros at the end are kept.
    static func general(_ value: Double, digits requested: Int, keepsZeros: Bool = false) -> String {
        if let text = unusual(value) { return text }
        let count = max(1, requested)
        var (digits, exponent) = rounded(value.magnitude, digits: count)
        if !keepsZeros { while digits.utf8.count > 1, digits.utf8.last == .zero { digits.removeLast() } }
        if exponent < -4 || exponent >= count { return scientific(digits, point: exponent + 1) }
        return positional(digits, point: exponent + 1, minimumDecimals: 0)
    }

    /// So many significant digits, and the exponent of the first.
    private static func rounded(_ value: Double, digits count: Int) -> (digits: String, exponent: Int) {
        guard value > 0 else { return (String(repeating: "0", count: count), 0) }
        var exponent = shortestDigits(value).point - 1
        var digits = scaled(value, decimals: count - 1 - exponent).description
        if digits.utf8.count > count {
            // Rounded up to the next power of ten.
            exponent += 1
            digits = scaled(value, decimals: count - 1 - exponent).description
        } else if digits.utf8.count < count {
            // The shortest digits of a very small number are rounded up themselves.
            exponent -= 1
            digits = scaled(value, decimals: count - 1 - exponent).description
        }
        return (digits, exponent)
    }

    /// value · 10^decimals, exactly, then rounded to the nearest integer, halves to even.
    ///
    /// - Parameter value: finite and not negative.
    static func scaled(_ value: Double, decimals: Int) -> BigInteger {
        guard value > 0 else { return BigInteger(0) }
        let significand = Int(
            value.significandBitPattern | (value.isNormal ? 1 << 52 : 0))
        let exponent = (value.isNormal ? Int(value.exponent) : -1022) - 52
        var numerator = BigInteger(significand)
        var denominator = BigInteger(1)
        if decimals >= 0 {
            numerator = numerator * powerOfTen(decimals)
        } else {
            denominator = powerOfTen(-decimals)
        }
        if exponent >= 0 {
            numerator = numerator.shifted(left: exponent)
        } else {
            denominator = denominator.shifted(left: -exponent)
        }
        let (quotient, rest) = numerator.dividedDown(by: denominator)
        let twice = rest + rest
        if twice < denominator || (twice == denominator && quotient.isEven) { return quotient }
        return quotient + BigInteger(1)
    }

    private static func powerOfTen(_ exponent: Int) -> BigInteger {
        var digits: [UInt32] = [1]
        for _ in 0..<exponent { BigInteger.multiply(&digits, by: 10, adding: 0) }
        return BigInteger(isNegative: false, magnitude: digits)
    }
}
