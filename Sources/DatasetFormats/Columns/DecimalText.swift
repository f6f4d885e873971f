/// The text of decimal numbers of up to 256 bits.
enum DecimalText {
    static func negate(_ limbs: inout [UInt64]) {
        var carry = true
        for index in limbs.indices {
            limbs[index] = ~limbs[index]
            if carry {
                let (sum, overflow) = limbs[index].addingReportingOverflow(1)
                limbs[index] = sum
                carry = overflow
            }
        }
    }

    /// The decimal digits, as characters, of an unsigned number, whose least significant limb comes first.
    static func digits(of number: [UInt64]) -> [UInt8] {
        var limbs = number
        var reversed: [UInt8] = []
        let chunk: UInt64 = 1_000_000_000_000_000_000
        while true {
            while limbs.count > 1, limbs[limbs.count - 1] == 0 { limbs.removeLast() }
            if limbs.count == 1, limbs[0] < chunk { break }
            var remainder: UInt64 = 0
            for index in limbs.indices.reversed() {
                // The remainder is below the chunk, so that the quotient fits.
                let (quotient, rest) = chunk.dividingFullWidth((remainder, limbs[index]))
                limbs[index] = quotient
                remainder = rest
            }
            for _ in 0..<18 {
                reversed.append(UInt8(ascii: "0") + UInt8(remainder % 10))
                remainder /= 10
            }
        }
        var last = limbs[0]
        repeat {
            reversed.append(UInt8(ascii: "0") + UInt8(last % 10))
            last /= 10
        } while last > 0
        return reversed.reversed()
    }

    /// Appends a number of these digits, divided by ten to the scale. Where an exponent is allowed it is used as the
    /// General Decimal Arithmetic specification's to-scientific-string does.
    static func write(
        digits: [UInt8], isNegative: Bool, scale: Int, allowsExponent: Bool, to text: inout JSONText
    ) {
        if isNegative { text.append(UInt8(ascii: "-")) }
        let leading = digits.count - scale
        if allowsExponent, scale < 0 || leading - 1 < -6 {
            append(digits[..<1], to: &text)
            if digits.count > 1 {
                text.append(UInt8(ascii: "."))
                append(digits[1...], to: &text)
            }
            text.append(UInt8(ascii: "E"))
            if leading > 0 { text.append(UInt8(ascii: "+")) }
            text.append(integer: Int64(leading - 1))
        } else if scale <= 0 {
            append(digits[...], to: &text)
            if digits != [UInt8(ascii: "0")] { for _ in 0..<(-scale) { text.append(UInt8(ascii: "0")) } }
        } else if leading > 0 {
            append(digits[..<leading], to: &text)
            text.append(UInt8(ascii: "."))
            append(digits[leading...], to: &text)
        } else {
            text.append("0.")
            for _ in 0..<(-leading) { text.append(UInt8(ascii: "0")) }
            append(digits[...], to: &text)
        }
    }

    private static func append(_ digits: ArraySlice<UInt8>, to text: inout JSONText) {
        digits.withUnsafeBufferPointer { text.append($0) }
    }
}
