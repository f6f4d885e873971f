/// A message of Arrow's: what it is, and the bytes of its body.
///
/// Source: Arrow columnar format, "Encapsulated message format"; `format/Message.fbs`.
struct ArrowMessage {
    enum Header {
        case schema(FlatTable)
        case dictionary(id: Int64, isDelta: Bool, ArrowBatchBody)
        case batch(ArrowBatchBody)
    }

    let header: Header
    /// Where in the file the next message begins.
    let end: Int

    private static let continuation: UInt32 = 0xFFFF_FFFF

    /// The message at a place in the file, or nil where the stream says that it ends, or ends without a word.
    init?(_ file: ByteBuffer, at start: Int) throws(ColumnarDefect) {
        guard start < file.count else { return nil }
        var position = start
        var length = try file.slice(position, 4, "a message").load(0, as: UInt32.self)
        position += 4
        // Before version 0.15 there was only the length.
        if length == Self.continuation {
            length = try file.slice(position, 4, "a message").load(0, as: UInt32.self)
            position += 4
        }
        guard length > 0 else { return nil }
        let message = try FlatTable(root: try file.slice(position, Int(length), "a message"))
        position += Int(length)
        let version = try message.integer(0, default: 0 as Int16)
        guard version >= 3, version <= 4 else { throw .unsupported("version \(Int(version) + 1) of Arrow's metadata") }
        guard let bodyLength = Int(exactly: try message.integer(3, default: 0 as Int64)) else {
            throw .invalid("a body's length is too large")
        }
        let body = try file.slice(position, bodyLength, "a message's body")
        end = position + bodyLength
        guard let header = try message.table(2) else { throw .invalid("a message without a header") }
        switch try message.integer(1, default: 0 as UInt8) {
        case 1: self.header = .schema(header)
        case 2:
            guard let data = try header.table(1) else { throw .invalid("a dictionary without values") }
            self.header = .dictionary(
                id: try header.integer(0, default: 0 as Int64), isDelta: try header.bool(2),
                try ArrowBatchBody(data, body: body, version: version))
        case 3: self.header = .batch(try ArrowBatchBody(header, body: body, version: version))
        case let type: throw .unsupported("a message of the type \(type)")
        }
    }
}
