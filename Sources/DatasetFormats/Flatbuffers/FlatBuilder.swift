/// Lays out tables of FlatBuffers. A table stands before what it points to, so that every offset points forward.
///
/// Source: FlatBuffers, "FlatBuffer Internals".
struct FlatBuilder {
    private var bytes: [UInt8] = []

    /// The bytes of a buffer with this root.
    static func build(_ root: FlatFields) -> [UInt8] {
        var builder = FlatBuilder()
        builder.append(UInt32(0))
        let position = builder.append(root)
        builder.patch(0, with: UInt32(position))
        return builder.bytes
    }

    private mutating func append<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func align(_ alignment: Int, after extra: Int = 0) {
        while (bytes.count + extra) % alignment != 0 { bytes.append(0) }
    }

    private mutating func patch<Value: FixedWidthInteger>(_ position: Int, with value: Value) {
        withUnsafeBytes(of: value.littleEndian) { source in
            for (index, byte) in source.enumerated() { bytes[position + index] = byte }
        }
    }

    /// Where a table's values stand: numbers in themselves, everything else by an offset.
    private mutating func append(_ fields: FlatFields) -> Int {
        let entryCount = (fields.entries.map(\.id).max() ?? -1) + 1
        align(4)
        let entries = bytes.count
        append(UInt16(4 + 2 * entryCount))
        append(UInt16(0))
        for _ in 0..<entryCount { append(UInt16(0)) }
        align(4)
        let table = bytes.count
        append(Int32(table - entries))
        var pending: [(position: Int, value: FlatValue)] = []
        for (id, value) in fields.entries {
            align(value.inlineSize)
            patch(entries + 4 + 2 * id, with: UInt16(bytes.count - table))
            switch value {
            case .int8(let number): append(number)
            case .int16(let number): append(number)
            case .int32(let number): append(number)
            case .int64(let number): append(number)
            default:
                pending.append((bytes.count, value))
                append(UInt32(0))
            }
        }
        patch(entries + 2, with: UInt16(bytes.count - table))
        for (position, value) in pending { appendTarget(value, of: position) }
        return table
    }

    private mutating func appendTarget(_ value: FlatValue, of position: Int) {
        var target = 0
        switch value {
        case .string(let text):
            align(4)
            target = bytes.count
            append(UInt32(text.utf8.count))
            bytes += Array(text.utf8)
            bytes.append(0)
        case .table(let fields): target = append(fields)
        case .tables(let tables):
            align(4)
            target = bytes.count
            append(UInt32(tables.count))
            let first = bytes.count
            for _ in tables { append(UInt32(0)) }
            for (index, fields) in tables.enumerated() {
                let place = first + 4 * index
                patch(place, with: UInt32(append(fields) - place))
            }
        case .vector(let elements, let size):
            align(8, after: 4)
            target = bytes.count
            append(UInt32(elements.count / size))
            bytes += elements
        case .int8, .int16, .int32, .int64: return
        }
        patch(position, with: UInt32(target - position))
    }
}
