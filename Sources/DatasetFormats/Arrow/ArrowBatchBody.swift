/// A record batch as it is in its message: the lengths of its fields, and where their buffers are.
///
/// Source: Arrow, `format/Message.fbs`, `RecordBatch`.
struct ArrowBatchBody {
    struct Node {
        let count: Int
        let nullCount: Int
    }

    let rowCount: Int
    private let nodes: ByteBuffer
    private let buffers: ByteBuffer
    private let variadicCounts: ByteBuffer
    private let body: ByteBuffer
    private let compression: Compression
    /// Before version 5, unions had validities.
    let unionsHaveValidity: Bool

    init(_ table: FlatTable, body: ByteBuffer, version: Int16) throws(ColumnarDefect) {
        self.body = body
        let count = try table.integer(0, default: 0 as Int64)
        guard count >= 0, count <= Int32.max else { throw .invalid("a batch of \(count) rows") }
        rowCount = Int(count)
        nodes = try table.vector(1, elementSize: 16) ?? .empty
        buffers = try table.vector(2, elementSize: 16) ?? .empty
        variadicCounts = try table.vector(4, elementSize: 8) ?? .empty
        unionsHaveValidity = version < 4
        guard let packing = try table.table(3) else {
            compression = .none
            return
        }
        switch try packing.integer(0, default: 0 as Int8) {
        case 0: compression = .lz4Frame
        case 1: compression = .zstd
        case let codec: throw .unsupported("the codec \(codec)")
        }
    }

    func node(_ index: Int) throws(ColumnarDefect) -> Node {
        guard index < nodes.count / 16 else { throw .truncated("the list of a batch's fields") }
        let count = nodes.load(index * 2, as: Int64.self)
        let nulls = nodes.load(index * 2 + 1, as: Int64.self)
        guard count >= 0, count <= Int32.max, nulls >= 0, nulls <= count else {
            throw .invalid("a field of \(count) values, \(nulls) of them null")
        }
        return Node(count: Int(count), nullCount: Int(nulls))
    }

    /// A buffer, unpacked.
    func buffer(_ index: Int) throws(ColumnarDefect) -> ByteBuffer {
        guard index < buffers.count / 16 else { throw .truncated("the list of a batch's buffers") }
        guard let offset = Int(exactly: buffers.load(index * 2, as: Int64.self)),
            let length = Int(exactly: buffers.load(index * 2 + 1, as: Int64.self))
        else { throw .truncated("a buffer") }
        let bytes = try body.slice(offset, length, "a buffer")
        guard compression != .none, bytes.count > 0 else { return bytes }
        let size = try bytes.slice(0, 8, "a buffer's size").load(0, as: Int64.self)
        let packed = try bytes.slice(8, bytes.count - 8, "a buffer")
        if size == -1 { return packed }
        return try compression.decompress(packed, size: Int(size), "a buffer")
    }

    /// How many buffers of data a column of views has.
    func variadicCount(_ index: Int) throws(ColumnarDefect) -> Int {
        guard index < variadicCounts.count / 8 else { throw .truncated("the numbers of variadic buffers") }
        let count = variadicCounts.load(index, as: Int64.self)
        guard count >= 0, count <= buffers.count / 16 else { throw .invalid("a column of \(count) buffers") }
        return Int(count)
    }
}
