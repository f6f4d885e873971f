/// A table of FlatBuffers, in bytes that nobody has verified: every offset is checked before it is followed.
///
/// Source: FlatBuffers, "FlatBuffer Internals".
struct FlatTable {
    let buffer: ByteBuffer
    private let position: Int
    private let fieldTable: Int
    private let fieldTableSize: Int

    /// The table that the buffer's first four bytes point to.
    init(root buffer: ByteBuffer) throws(ColumnarDefect) {
        try self.init(buffer, at: try Self.target(of: 0, in: buffer))
    }

    private init(_ buffer: ByteBuffer, at position: Int) throws(ColumnarDefect) {
        self.buffer = buffer
        self.position = position
        let distance = Int(try Self.load(buffer, position, as: Int32.self))
        fieldTable = position - distance
        fieldTableSize = Int(try Self.load(buffer, fieldTable, as: UInt16.self))
        guard fieldTableSize >= 4, fieldTable <= buffer.count - fieldTableSize else { throw .truncated("metadata") }
    }

    private static func load<Value: FixedWidthInteger & BitwiseCopyable>(
        _ buffer: ByteBuffer, _ offset: Int, as type: Value.Type
    ) throws(ColumnarDefect) -> Value {
        guard offset >= 0, offset <= buffer.count - MemoryLayout<Value>.size else { throw .truncated("metadata") }
        return buffer.load(atByte: offset, as: Value.self)
    }

    private static func target(of offset: Int, in buffer: ByteBuffer) throws(ColumnarDefect) -> Int {
        offset + Int(try load(buffer, offset, as: UInt32.self))
    }

    /// Where a field's value is; nil where the table does not have it.
    private func place(_ field: Int) throws(ColumnarDefect) -> Int? {
        let entry = 4 + 2 * field
        guard entry + 2 <= fieldTableSize else { return nil }
        let offset = Int(try Self.load(buffer, fieldTable + entry, as: UInt16.self))
        return offset == 0 ? nil : position + offset
    }

    func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ field: Int, default value: Value
    ) throws(ColumnarDefect) -> Value {
        guard let place = try place(field) else { return value }
        return try Self.load(buffer, place, as: Value.self)
    }

    func bool(_ field: Int, default value: Bool = false) throws(ColumnarDefect) -> Bool {
        try integer(field, default: value ? 1 : 0 as UInt8) != 0
    }

    func table(_ field: Int) throws(ColumnarDefect) -> FlatTable? {
        guard let place = try place(field) else { return nil }
        return try FlatTable(buffer, at: try Self.target(of: place, in: buffer))
    }

    func string(_ field: Int) throws(ColumnarDefect) -> String? {
        guard let bytes = try vector(field, elementSize: 1) else { return nil }
        guard let text = String(validating: bytes.array(0, bytes.count), as: UTF8.self) else {
            throw .invalid("a name is not valid UTF-8")
        }
        return text
    }

    /// The elements' bytes; nil where there is no such vector.
    func vector(_ field: Int, elementSize: Int) throws(ColumnarDefect) -> ByteBuffer? {
        guard let place = try place(field) else { return nil }
        let start = try Self.target(of: place, in: buffer)
        let count = Int(try Self.load(buffer, start, as: UInt32.self))
        return try buffer.slice(start + 4, count * elementSize, "metadata")
    }

    func tables(_ field: Int) throws(ColumnarDefect) -> [FlatTable] {
        guard let place = try place(field) else { return [] }
        let start = try Self.target(of: place, in: buffer)
        let count = Int(try Self.load(buffer, start, as: UInt32.self))
        guard count <= (buffer.count - start - 4) / 4 else { throw .truncated("metadata") }
        var tables: [FlatTable] = []
        for index in 0..<count {
            tables.append(try FlatTable(buffer, at: try Self.target(of: start + 4 + 4 * index, in: buffer)))
        }
        return tables
    }
}
