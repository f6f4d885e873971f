/// Reads the fields of a message in protocol buffers' wire format, one after another.
struct ProtobufReader {
    enum Value {
        case varint(UInt64)
        case fixed32(UInt32)
        case fixed64(UInt64)
        case bytes(ArraySlice<UInt8>)

        /// A number in two's complement, as fields of type int32 are.
        var int: Int? {
            guard case .varint(let value) = self else { return nil }
            return Int(truncatingIfNeeded: value)
        }

        var bool: Bool? { int.map { $0 != 0 } }

        var float: Float? {
            guard case .fixed32(let bits) = self else { return nil }
            return Float(bitPattern: bits)
        }

        var bytes: ArraySlice<UInt8>? {
            guard case .bytes(let bytes) = self else { return nil }
            return bytes
        }
    }

    struct Damage: Error {
        let offset: Int
        let problem: String
    }

    private let message: ArraySlice<UInt8>
    private var position: Int

    init(_ message: ArraySlice<UInt8>) {
        self.message = message
        position = message.startIndex
    }

    /// The next field and its number; nil at the end.
    mutating func next() throws(Damage) -> (number: Int, value: Value)? {
        guard position < message.endIndex else { return nil }
        let key = try varint()
        guard key >> 3 > 0, key >> 3 < 1 << 29 else { throw damage("a field's number is out of range") }
        let number = Int(key >> 3)
        switch key & 7 {
        case 0: return (number, .varint(try varint()))
        case 1: return (number, .fixed64(try fixed(8)))
        case 2:
            let count = try varint()
            guard count <= UInt64(message.endIndex - position) else { throw damage("the file ends inside a field") }
            defer { position += Int(count) }
            return (number, .bytes(message[position..<position + Int(count)]))
        case 5: return (number, .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
        default: throw damage("a field has a wire type that is not in use")
        }
    }

    private func damage(_ problem: String) -> Damage { Damage(offset: position, problem: problem) }

    private mutating func varint() throws(Damage) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < message.endIndex else { throw damage("the file ends inside a number") }
            let byte = message[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw damage("a number is longer than numbers are")
    }

    private mutating func fixed(_ count: Int) throws(Damage) -> UInt64 {
        guard message.endIndex - position >= count else { throw damage("the file ends inside a number") }
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(message[position + index]) << UInt64(8 * index) }
        position += count
        return value
    }
}
