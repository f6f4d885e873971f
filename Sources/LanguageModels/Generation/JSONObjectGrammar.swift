/// Knows of text that comes byte by byte whether it is still the beginning of one JSON object (RFC 8259).
///
/// Space outside of strings is bounded, so that a model cannot write it forever.
public struct JSONObjectGrammar: Sendable, Hashable {
    private enum State: Sendable, Hashable {
        case start
        case value
        case firstElement
        case firstKey
        case key
        case colon
        case afterValue
        case string(isKey: Bool)
        case escape(isKey: Bool)
        case unicode(isKey: Bool, left: Int)
        /// Inside a scalar of UTF-8: bytes that are to follow, and the range of the next.
        case scalar(isKey: Bool, left: Int, low: UInt8, high: UInt8)
        case minus
        case zero
        case digits
        case point
        case fraction
        case exponent
        case exponentSign
        case exponentDigits
        case literal([UInt8])
        case end
    }

    private var state = State.start
    /// Open braces and brackets; true for an object.
    private var open: [Bool] = []
    private var spaces = 0

    private static let maximumDepth = 32
    private static let maximumSpaces = 24

    public init() {}

    /// Whether the object is whole.
    public var isComplete: Bool { state == .end }

    /// Takes all bytes, or says false and is of no use any more.
    public mutating func accept(_ bytes: some Swift.Sequence<UInt8>) -> Bool {
        for byte in bytes {
            guard accept(byte) else { return false }
        }
        return true
    }

    private mutating func accept(_ byte: UInt8) -> Bool {
        if case .string = state {
        } else {
            if let inString = acceptInString(byte) { return inString }
        }
        switch state {
        case .string(let isKey): return acceptCharacter(byte, isKey: isKey)
        case .literal(let rest):
            guard byte == rest.first else { return false }
            state = rest.count == 1 ? .afterValue : .literal(Array(rest.dropFirst()))
            return true
        default: break
        }
        if [0x20, 0x0A, 0x0D, 0x09].contains(byte) { return acceptSpace() }
        spaces = 0
        if let inNumber = acceptInNumber(byte) { return inNumber }
        return acceptStructure(byte)
    }

    private mutating func acceptSpace() -> Bool {
        spaces += 1
        switch state {
        case .minus, .point, .exponent, .exponentSign, .end: return false
        case .zero, .digits, .fraction, .exponentDigits: state = .afterValue
        default: break
        }
        return spaces <= Self.maximumSpaces
    }

    private mutating func acceptStructure(_ byte: UInt8) -> Bool {
        switch (state, byte) {
        case (.start, UInt8(ascii: "{")): return enter(isObject: true)
        case (.firstKey, UInt8(ascii: "}")), (.firstElement, UInt8(ascii: "]")): return leave()
        case (.firstKey, UInt8(ascii: "\"")), (.key, UInt8(ascii: "\"")): state = .string(isKey: true)
        case (.colon, UInt8(ascii: ":")): state = .value
        case (.value, _), (.firstElement, _): return acceptValueStart(byte)
        case (.afterValue, UInt8(ascii: ",")): state = open.last == true ? .key : .value
        case (.afterValue, UInt8(ascii: "}")): return open.last == true && leave()
        case (.afterValue, UInt8(ascii: "]")): return open.last == false && leave()
        default: return false
        }
        return true
    }

    private mutating func acceptValueStart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "{"): return enter(isObject: true)
        case UInt8(ascii: "["): return enter(isObject: false)
        case UInt8(ascii: "\""): state = .string(isKey: false)
        case UInt8(ascii: "-"): state = .minus
        case UInt8(ascii: "0"): state = .zero
        case UInt8(ascii: "1")...UInt8(ascii: "9"): state = .digits
        case UInt8(ascii: "t"): state = .literal(Array("rue".utf8))
        case UInt8(ascii: "f"): state = .literal(Array("alse".utf8))
        case UInt8(ascii: "n"): state = .literal(Array("ull".utf8))
        default: return false
        }
        return true
    }

    private mutating func enter(isObject: Bool) -> Bool {
        open.append(isObject)
        state = isObject ? .firstKey : .firstElement
        return open.count <= Self.maximumDepth
    }

    private mutating func leave() -> Bool {
        open.removeLast()
        state = open.isEmpty ? .end : .afterValue
        return true
    }

    /// nil where the byte is not a part of a number: the number, if there was one, has ended.
    private mutating func acceptInNumber(_ byte: UInt8) -> Bool? {
        let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        let isExponent = byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
        switch state {
        case .minus:
            state = byte == UInt8(ascii: "0") ? .zero : .digits
            return isDigit
        case .zero, .digits, .fraction, .exponentDigits:
            if isDigit { return state != .zero }
            if byte == UInt8(ascii: "."), state == .zero || state == .digits {
                state = .point
            } else if isExponent, state != .exponentDigits {
                state = .exponent
            } else {
                state = .afterValue
                return nil
            }
            return true
        case .point:
            state = .fraction
            return isDigit
        case .exponent where byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"):
            state = .exponentSign
            return true
        case .exponent, .exponentSign:
            state = .exponentDigits
            return isDigit
        default: return nil
        }
    }

    /// nil where the state is not one inside of an escape or a scalar.
    private mutating func acceptInString(_ byte: UInt8) -> Bool? {
        switch state {
        case .escape(let isKey):
            state = byte == UInt8(ascii: "u") ? .unicode(isKey: isKey, left: 4) : .string(isKey: isKey)
            return "\"\\/bfnrtu".utf8.contains(byte)
        case .unicode(let isKey, let left):
            state = left == 1 ? .string(isKey: isKey) : .unicode(isKey: isKey, left: left - 1)
            return "0123456789abcdefABCDEF".utf8.contains(byte)
        case .scalar(let isKey, let left, let low, let high):
            state = left == 1 ? .string(isKey: isKey) : .scalar(isKey: isKey, left: left - 1, low: 0x80, high: 0xBF)
            return byte >= low && byte <= high
        default: return nil
        }
    }

    private mutating func acceptCharacter(_ byte: UInt8, isKey: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "\""): state = isKey ? .colon : .afterValue
        case UInt8(ascii: "\\"): state = .escape(isKey: isKey)
        case 0x20..<0x80: break
        case 0xC2...0xDF: state = .scalar(isKey: isKey, left: 1, low: 0x80, high: 0xBF)
        case 0xE0: state = .scalar(isKey: isKey, left: 2, low: 0xA0, high: 0xBF)
        case 0xED: state = .scalar(isKey: isKey, left: 2, low: 0x80, high: 0x9F)
        case 0xE1...0xEF: state = .scalar(isKey: isKey, left: 2, low: 0x80, high: 0xBF)
        case 0xF0: state = .scalar(isKey: isKey, left: 3, low: 0x90, high: 0xBF)
        case 0xF1...0xF3: state = .scalar(isKey: isKey, left: 3, low: 0x80, high: 0xBF)
        case 0xF4: state = .scalar(isKey: isKey, left: 3, low: 0x80, high: 0x8F)
        default: return false
        }
        return true
    }
}
