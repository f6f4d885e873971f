/// An integer of any size that a template may have, as sign and magnitude.
public struct BigInteger: Hashable, Sendable {
    let isNegative: Bool
    /// Digits of base 2³², lowest first, without zeros at the end; empty for zero.
    let magnitude: [UInt32]

    init(isNegative: Bool, magnitude: [UInt32]) {
        var digits = magnitude
        while digits.last == 0 { digits.removeLast() }
        self.magnitude = digits
        self.isNegative = isNegative && !digits.isEmpty
    }

    public init(_ value: Int) {
        let size = value.magnitude
        self.init(
            isNegative: value < 0,
            magnitude: [UInt32(truncatingIfNeeded: size), UInt32(truncatingIfNeeded: size >> 32)])
    }

    /// The integer that decimal digits write, after a sign if there is one; nil for anything else.
    public init?(decimal text: some StringProtocol) {
        var bytes = Array(text.utf8)
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative || bytes.first == UInt8(ascii: "+") { bytes.removeFirst() }
        guard !bytes.isEmpty, bytes.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        var digits: [UInt32] = []
        for start in stride(from: 0, to: bytes.count, by: 9) {
            let part = bytes[start..<min(start + 9, bytes.count)]
            var value: UInt32 = 0
            var scale: UInt32 = 1
            for byte in part {
                value = value * 10 + UInt32(byte - UInt8(ascii: "0"))
                scale *= 10
            }
            Self.multiply(&digits, by: scale, adding: value)
        }
        self.init(isNegative: isNegative, magnitude: digits)
    }

    /// The integer part of a finite number.
    init?(_ value: Double) {
        guard value.isFinite else { return nil }
        let whole = value.rounded(.towardZero)
        guard whole != 0 else {
            self.init(0)
            return
        }
        let significand = Int(whole.significandBitPattern | (1 << 52))
        let shift = Int(whole.exponent) - 52
        let size = shift >= 0 ? BigInteger(significand).shifted(left: shift) : BigInteger(significand >> -shift)
        self.init(isNegative: value < 0, magnitude: size.magnitude)
    }

    /// The same as a machine integer, where it fits.
    public var int: Int? {
        guard magnitude.count <= 2 else { return nil }
        var size: UInt = 0
        for (index, digit) in magnitude.enumerated() { size |= UInt(digit) << (32 * UInt(index)) }
        if isNegative { return size <= UInt(Int.max) + 1 ? Int(truncatingIfNeeded: 0 &- size) : nil }
        return Int(exactly: size)
    }

    /// The nearest double; infinite where it is out of range.
    var double: Double { Double(description) ?? .infinity }

    var bitCount: Int {
        guard let last = magnitude.last else { return 0 }
        return magnitude.count * 32 - last.leadingZeroBitCount
    }

    var isEven: Bool { (magnitude.first ?? 0) & 1 == 0 }

    static func multiply(_ digits: inout [UInt32], by factor: UInt32, adding addend: UInt32) {
        var carry = UInt64(addend)
        for index in digits.indices {
            let product = UInt64(digits[index]) * UInt64(factor) + carry
            digits[index] = UInt32(truncatingIfNeeded: product)
            carry = product >> 32
        }
        if carry > 0 { digits.append(UInt32(carry)) }
    }

    /// Divides in place and gives the rest.
    static func divide(_ digits: inout [UInt32], by divisor: UInt32) -> UInt32 {
        var rest: UInt64 = 0
        for index in digits.indices.reversed() {
            let value = rest << 32 | UInt64(digits[index])
            digits[index] = UInt32(value / UInt64(divisor))
            rest = value % UInt64(divisor)
        }
        while digits.last == 0 { digits.removeLast() }
        return UInt32(rest)
    }
}

extension BigInteger: CustomStringConvertible {
    public var description: String {
        guard !magnitude.isEmpty else { return "0" }
        var digits = magnitude
        var parts: [UInt32] = []
        while !digits.isEmpty { parts.append(Self.divide(&digits, by: 1_000_000_000)) }
        var text = isNegative ? "-" : ""
        for (index, part) in parts.reversed().enumerated() {
            let written = String(part)
            if index > 0 { text += String(repeating: "0", count: 9 - written.utf8.count) }
            text += written
        }
        return text
    }

    /// The digits in a base of up to 16, without a sign.
    func digits(base: UInt32) -> String {
        guard !magnitude.isEmpty else { return "0" }
        var rest = magnitude
        var text: [UInt8] = []
        while !rest.isEmpty {
            let digit = UInt8(Self.divide(&rest, by: base))
            text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
        return String(decoding: text.reversed(), as: UTF8.self)
    }
}
