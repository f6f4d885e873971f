extension BigInteger: Comparable {
    public static func < (left: BigInteger, right: BigInteger) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        let order = compare(left.magnitude, right.magnitude)
        return left.isNegative ? order > 0 : order < 0
    }

    static func + (left: BigInteger, right: BigInteger) -> BigInteger {
        if left.isNegative == right.isNegative {
            return BigInteger(isNegative: left.isNegative, magnitude: sum(left.magnitude, right.magnitude))
        }
        if compare(left.magnitude, right.magnitude) >= 0 {
            return BigInteger(isNegative: left.isNegative, magnitude: difference(left.magnitude, right.magnitude))
        }
        return BigInteger(isNegative: right.isNegative, magnitude: difference(right.magnitude, left.magnitude))
    }

    static prefix func - (value: BigInteger) -> BigInteger {
        BigInteger(isNegative: !value.isNegative, magnitude: value.magnitude)
    }

    static func - (left: BigInteger, right: BigInteger) -> BigInteger { left + -right }

    static func * (left: BigInteger, right: BigInteger) -> BigInteger {
        guard !left.magnitude.isEmpty, !right.magnitude.isEmpty else { return BigInteger(0) }
        var digits = [UInt32](repeating: 0, count: left.magnitude.count + right.magnitude.count)
        for (index, digit) in left.magnitude.enumerated() {
            var carry: UInt64 = 0
            for (offset, other) in right.magnitude.enumerated() {
                let value = UInt64(digit) * UInt64(other) + UInt64(digits[index + offset]) + carry
                digits[index + offset] = UInt32(truncatingIfNeeded: value)
                carry = value >> 32
            }
            digits[index + right.magnitude.count] = UInt32(carry)
        }
        return BigInteger(isNegative: left.isNegative != right.isNegative, magnitude: digits)
    }

    func shifted(left count: Int) -> BigInteger {
        var digits = [UInt32](repeating: 0, count: count / 32)
        let bits = UInt64(count % 32)
        var carry: UInt64 = 0
        for digit in magnitude {
            let value = UInt64(digit) << bits | carry
            digits.append(UInt32(truncatingIfNeeded: value))
            carry = value >> 32
        }
        digits.append(UInt32(carry))
        return BigInteger(isNegative: isNegative, magnitude: digits)
    }

    /// Quotient and rest as Python's `//` and `%`: rounded down, the rest with the divisor's sign.
    ///
    /// - Parameter divisor: not zero.
    func dividedDown(by divisor: BigInteger) -> (quotient: BigInteger, rest: BigInteger) {
        let parts = Self.divided(magnitude, by: divisor.magnitude)
        var quotient = BigInteger(isNegative: isNegative != divisor.isNegative, magnitude: parts.quotient)
        var rest = BigInteger(isNegative: isNegative, magnitude: parts.rest)
        if !rest.magnitude.isEmpty, isNegative != divisor.isNegative {
            quotient = quotient - BigInteger(1)
            rest = rest + divisor
        }
        return (quotient, rest)
    }

    private static func compare(_ left: [UInt32], _ right: [UInt32]) -> Int {
        if left.count != right.count { return left.count - right.count }
        for index in left.indices.reversed() where left[index] != right[index] {
            return left[index] < right[index] ? -1 : 1
        }
        return 0
    }

    private static func sum(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
        var digits: [UInt32] = []
        var carry: UInt64 = 0
        for index in 0..<max(left.count, right.count) {
            let value =
                (index < left.count ? UInt64(left[index]) : 0) + (index < right.count ? UInt64(right[index]) : 0)
                + carry
            digits.append(UInt32(truncatingIfNeeded: value))
            carry = value >> 32
        }
        digits.append(UInt32(carry))
        return digits
    }

    /// - Parameter right: not more than `left`.
    private static func difference(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
        var digits: [UInt32] = []
        var borrow: Int64 = 0
        for index in left.indices {
            var value = Int64(left[index]) - (index < right.count ? Int64(right[index]) : 0) - borrow
            borrow = value < 0 ? 1 : 0
            if value < 0 { value += 1 << 32 }
            digits.append(UInt32(value))
        }
        return digits
    }

    /// Long division bit by bit, which is fast enough for what templates divide.
    private static func divided(_ value: [UInt32], by divisor: [UInt32]) -> (quotient: [UInt32], rest: [UInt32]) {
        if divisor.count == 1, let small = divisor.first {
            var quotient = value
            let rest = divide(&quotient, by: small)
            return (quotient, [rest])
        }
        guard compare(value, divisor) >= 0 else { return ([], value) }
        var quotient = [UInt32](repeating: 0, count: value.count)
        var rest: [UInt32] = []
        for bit in (0..<value.count * 32).reversed() {
            multiply(&rest, by: 2, adding: value[bit / 32] >> UInt32(bit % 32) & 1)
            if compare(rest, divisor) >= 0 {
                rest = difference(rest, divisor)
                while rest.last == 0 { rest.removeLast() }
                quotient[bit / 32] |= 1 << UInt32(bit % 32)
            }
        }
        return (quotient, rest)
    }
}
