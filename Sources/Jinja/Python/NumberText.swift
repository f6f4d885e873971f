/// Numbers as Python's `int` and `float` read them: white space around, underscores between digits, the digits of any
/// script.
enum NumberText {
    /// The text without white space around it, its digits made ASCII's; nil where an underscore is out of place.
    private static func normalised(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        for scalar in PythonText.stripped(text).unicodeScalars {
            if scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue {
                bytes.append(.zero + UInt8(value))
            } else {
                guard scalar.isASCII else { return nil }
                bytes.append(UInt8(scalar.value))
            }
        }
        let underscore = UInt8(ascii: "_")
        for index in bytes.indices where bytes[index] == underscore {
            guard index > 0, index + 1 < bytes.count,
                bytes[index - 1].digitValue != nil || bytes[index - 1] | 0x20 > 97,
                bytes[index + 1].digitValue != nil
            else { return nil }
        }
        return bytes.filter { $0 != underscore }
    }

    static func integer(_ text: String, base: Int) -> BigInteger? {
        guard base == 0 || (2...36).contains(base), var bytes = normalised(text), bytes.count < 5000 else { return nil }
        let isNegative = bytes.first == .minus
        if isNegative || bytes.first == .plus { bytes.removeFirst() }
        var base = base
        if bytes.count > 2, bytes[0] == .zero {
            let marker = bytes[1] | 0x20
            let marked =
                marker == UInt8(ascii: "x")
                ? 16
                : marker == UInt8(ascii: "o")
                    ? 8
                    : marker == UInt8(ascii: "b") ? 2 : 0
            if marked != 0, base == 0 || base == marked {
                base = marked
                bytes.removeFirst(2)
            }
        }
        if base == 0 { base = 10 }
        guard !bytes.isEmpty else { return nil }
        var digits: [UInt32] = []
        for byte in bytes {
            let letter = byte | 0x20
            let value = byte.isDigit ? byte - .zero : letter >= 97 && letter <= 122 ? letter - 87 : 255
            guard Int(value) < base else { return nil }
            BigInteger.multiply(&digits, by: UInt32(base), adding: UInt32(value))
        }
        return BigInteger(isNegative: isNegative, magnitude: digits)
    }

    static func float(_ text: String) -> Double? {
        guard let bytes = normalised(text), !bytes.isEmpty else { return nil }
        let lowered = LetterCase.lower(String(decoding: bytes, as: UTF8.self))
        let unsigned =
            lowered.utf8.first.map { $0 == .plus || $0 == .minus } ?? false
            ? String(lowered.dropFirst()) : lowered
        let isNegative = bytes[0] == .minus
        switch unsigned {
        case "nan": return .nan
        case "inf", "infinity": return isNegative ? -.infinity : .infinity
        default: break
        }
        // Swift also reads hexadecimal floats, which Python does not.
        guard unsigned.utf8.allSatisfy({ $0.isDigit || "+-.e".utf8.contains($0) }) else { return nil }
        var literal = unsigned
        if literal.utf8.first == UInt8(ascii: ".") { literal = "0" + literal }
        literal = literal.replacingDotBeforeExponent()
        guard let value = Double(literal) else { return nil }
        return isNegative ? -value : value
    }
}

extension String {
    /// `1.e5` and `1.` as Swift reads them: with a digit after the dot.
    fileprivate func replacingDotBeforeExponent() -> String {
        guard let dot = utf8.firstIndex(of: UInt8(ascii: ".")) else { return self }
        let after = utf8.index(after: dot)
        if after < utf8.endIndex, utf8[after].isDigit { return self }
        guard dot > startIndex, utf8[utf8.index(before: dot)].isDigit else { return self }
        return String(self[..<after]) + "0" + String(self[after...])
    }
}
