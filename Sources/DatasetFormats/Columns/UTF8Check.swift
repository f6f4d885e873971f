import CSimdJSON

/// Checks that bytes are UTF-8 (RFC 3629, section 4).
enum UTF8Check {
    /// From here on simdjson is faster, though it has to be called.
    private static let longText = 64

    static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = bytes.baseAddress else { return true }
        let count = bytes.count
        if count >= longText { return csimdjson_is_utf8(base, count) }
        var position = 0
        while position < count {
            if position &+ 16 <= count {
                let piece = UnsafeRawPointer(base + position).loadUnaligned(as: SIMD2<UInt64>.self)
                if (piece.x | piece.y) & 0x8080_8080_8080_8080 == 0 {
                    position &+= 16
                    continue
                }
            }
            let byte = base[position]
            if byte < 0x80 {
                position &+= 1
                continue
            }
            let length = sequenceLength(base + position, remaining: count &- position)
            guard length > 0 else { return false }
            position &+= length
        }
        return true
    }

    /// The bytes of the well-formed sequence of several bytes that begins here; 0 for none.
    @inline(__always)
    private static func sequenceLength(_ bytes: UnsafePointer<UInt8>, remaining: Int) -> Int {
        let first = bytes[0]
        guard remaining >= 2 else { return 0 }
        let second = bytes[1]
        switch first {
        case 0xC2...0xDF: return isContinuation(second) ? 2 : 0
        case 0xE0...0xEF:
            let isAllowed =
                switch first {
                case 0xE0: second >= 0xA0 && second <= 0xBF
                case 0xED: second >= 0x80 && second <= 0x9F
                default: isContinuation(second)
                }
            return isAllowed && remaining >= 3 && isContinuation(bytes[2]) ? 3 : 0
        case 0xF0...0xF4:
            let isAllowed =
                switch first {
                case 0xF0: second >= 0x90 && second <= 0xBF
                case 0xF4: second >= 0x80 && second <= 0x8F
                default: isContinuation(second)
                }
            return isAllowed && remaining >= 4 && isContinuation(bytes[2]) && isContinuation(bytes[3]) ? 4 : 0
        default: return 0
        }
    }

    @inline(__always)
    static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }
}
