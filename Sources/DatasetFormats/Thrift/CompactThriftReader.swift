/// Reads structs of Thrift's compact protocol.
///
/// Source: Apache Thrift, `doc/specs/thrift-compact-protocol.md`.
struct CompactThriftReader {
    private let buffer: ByteBuffer
    private(set) var position: Int
    private var valueCount = 0

    private static let maximumDepth = 32
    /// A value in memory is many times larger than the byte it may take in the file.
    private static let maximumValueCount = 8 << 20

    init(_ buffer: ByteBuffer, at position: Int = 0) {
        self.buffer = buffer
        self.position = position
    }

    mutating func readStruct(depth: Int = 0) throws(ColumnarDefect) -> ThriftStruct {
        guard depth < Self.maximumDepth else { throw .tooLarge("the nesting of metadata", limit: Self.maximumDepth) }
        var result = ThriftStruct()
        var id: Int16 = 0
        while true {
            let header = try byte()
            let type = header & 0x0F
            if type == 0 { return result }
            let delta = header >> 4
            if delta == 0 {
                id = Int16(truncatingIfNeeded: try zigzag())
            } else {
                let (next, overflow) = id.addingReportingOverflow(Int16(delta))
                guard !overflow else { throw .invalid("a field's number is too large") }
                id = next
            }
            switch type {
            case 1: result.append(id, .bool(true))
            case 2: result.append(id, .bool(false))
            default: result.append(id, try value(type, depth: depth + 1))
            }
        }
    }

    private mutating func value(_ type: UInt8, depth: Int) throws(ColumnarDefect) -> ThriftValue {
        valueCount += 1
        guard valueCount <= Self.maximumValueCount else {
            throw .tooLarge("the number of values in metadata", limit: Self.maximumValueCount)
        }
        switch type {
        case 1, 2: return .bool(try byte() == 1)
        case 3: return .int(Int64(Int8(bitPattern: try byte())))
        case 4, 5, 6: return .int(try zigzag())
        case 7:
            let bytes = try slice(8)
            return .double(Double(bitPattern: bytes.load(0, as: UInt64.self)))
        case 8:
            let count = try length()
            return .bytes(try slice(count).array(0, count))
        case 9, 10: return try list(depth: depth)
        case 11: return try map(depth: depth)
        case 12: return .structure(try readStruct(depth: depth))
        default: throw .invalid("a value of metadata is of the unknown type \(type)")
        }
    }

    private mutating func list(depth: Int) throws(ColumnarDefect) -> ThriftValue {
        guard depth < Self.maximumDepth else { throw .tooLarge("the nesting of metadata", limit: Self.maximumDepth) }
        let header = try byte()
        let count = header >> 4 == 15 ? try length() : Int(header >> 4)
        // An element takes a byte at the least.
        guard count <= buffer.count - position else { throw .truncated("a list of metadata") }
        var elements: [ThriftValue] = []
        for _ in 0..<count { elements.append(try value(header & 0x0F, depth: depth + 1)) }
        return .list(elements)
    }

    private mutating func map(depth: Int) throws(ColumnarDefect) -> ThriftValue {
        guard depth < Self.maximumDepth else { throw .tooLarge("the nesting of metadata", limit: Self.maximumDepth) }
        let count = try length()
        guard count > 0 else { return .list([]) }
        let types = try byte()
        guard count <= (buffer.count - position) / 2 else { throw .truncated("a map of metadata") }
        var elements: [ThriftValue] = []
        for _ in 0..<count {
            elements.append(try value(types >> 4, depth: depth + 1))
            elements.append(try value(types & 0x0F, depth: depth + 1))
        }
        return .list(elements)
    }

    private mutating func byte() throws(ColumnarDefect) -> UInt8 {
        guard position < buffer.count else { throw .truncated("metadata") }
        defer { position += 1 }
        return buffer[position]
    }

    private mutating func slice(_ count: Int) throws(ColumnarDefect) -> ByteBuffer {
        let slice = try buffer.slice(position, count, "metadata")
        position += count
        return slice
    }

    private mutating func length() throws(ColumnarDefect) -> Int {
        guard let length = Int(exactly: try VariableLength.read(buffer, at: &position)), length <= Int32.max else {
            throw .invalid("a length in metadata is too large")
        }
        return length
    }

    private mutating func zigzag() throws(ColumnarDefect) -> Int64 {
        VariableLength.unzigzag(try VariableLength.read(buffer, at: &position))
    }
}
