/// Texts or byte strings that lie anywhere in some buffers, several perhaps in the same place.
final class ByteViewColumn: Column {
    let type: ColumnType
    private let views: [ByteView]
    private let buffers: [ByteBuffer]
    let validity: Bitmap?
    private let isText: Bool
    var count: Int { views.count }

    /// - Parameters:
    ///   - type: `utf8`, `binary` or `fixedSizeBinary`.
    /// - Throws: `invalid` where a view points out of its buffer, or text is no UTF-8.
    init(
        type: ColumnType, views: [ByteView], buffers: [ByteBuffer], validity: Bitmap?
    ) throws(ColumnarDefect) {
        self.type = type
        isText = type == .utf8
        self.views = views
        self.buffers = buffers
        self.validity = validity
        try checkValidity()
        for row in views.indices where validity?[row] ?? true {
            let view = views[row]
            guard view.buffer >= 0, view.buffer < buffers.count, view.length >= 0, view.offset >= 0,
                view.offset <= buffers[Int(view.buffer)].count - Int(view.length)
            else { throw .invalid("a value points past the end of its buffer") }
            guard !isText || UTF8Check.isValid(bytes(row)) else {
                throw .invalid("a text is not valid UTF-8")
            }
        }
    }

    func bytes(_ row: Int) -> UnsafeBufferPointer<UInt8> {
        let view = views[row]
        return buffers[Int(view.buffer)].bytes(view.offset, Int(view.length))
    }

    func writeValue(_ row: Int, to text: inout JSONText) {
        if isText { text.append(quoted: bytes(row)) } else { Base64.write(bytes(row), to: &text) }
    }
}
