/// GPT-2's way of writing any byte as a visible character (Radford et al. 2019): printable Latin-1 stands for itself,
/// the other bytes for U+0100 and on, in order.
enum ByteLevelAlphabet {
    static let scalars: [Unicode.Scalar] = {
        var next: UInt32 = 0x100
        return (0..<256).map { byte in
            switch UInt32(byte) {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF:
                return Unicode.Scalar(UInt8(byte))
            default:
                defer { next += 1 }
                return Unicode.Scalar(next) ?? " "
            }
        }
    }()

    /// The byte of each scalar below U+0144; -1 where there is none.
    private static let bytes: [Int16] = {
        var table = [Int16](repeating: -1, count: 0x144)
        for (byte, scalar) in scalars.enumerated() { table[Int(scalar.value)] = Int16(byte) }
        return table
    }()

    /// Appends the bytes that a token's text stands for.
    ///
    /// - Returns: false where it has a character outside the alphabet; then nothing is appended.
    static func append(bytesOf token: ArraySlice<UInt8>, to result: inout [UInt8]) -> Bool {
        let start = result.count
        let table = bytes
        let text = token.span
        var position = 0
        while position < text.count {
            let (value, next) = UTF8Reading.scalar(in: text, at: position)
            guard value < UInt32(table.count), table[Int(value)] >= 0 else {
                result.removeLast(result.count - start)
                return false
            }
            result.append(UInt8(truncatingIfNeeded: table[Int(value)]))
            position = next
        }
        return true
    }
}
