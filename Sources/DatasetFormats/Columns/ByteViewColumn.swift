/// Texts or byte strings that lie anywhere in some buffers, several perhaps in the same place.
final class ByteViewColumn: Column, @unchecked Sendable {
    // Sharing is safe: `starts` points into `buffers`, which keep their bytes and are never written.
    let type: ColumnType
    private let views: [ByteView]
    private let buffers: [ByteBuffer]
    /// Where each buffer begins: asking the buffer itself for every value costs more than the value.
    private let starts: [UnsafePointer<UInt8>?]
    let validity: Bitmap?
    private let isText: Bool
    private let hasNulls: Bool
    var count: Int { views.count }

    /// - Parameters:
    ///   - type: `utf8`, `binary` or `fixedSizeBinary`.
    /// - Throws: `invalid` where a view points out of its buffer, or text is no UTF-8.
    init(
        type: ColumnType, views: [ByteView], buffers: [ByteBuffer], validity: Bitmap?
    ) throws(ColumnarDefect) {
        self.type = type
        isText = type == .utf8
        hasNulls = validity != nil
        self.views = Self.withoutNulls(views, validity)
        self.buffers = buffers
        starts = buffers.map { $0.bytes(0, $0.count).baseAddress }
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

    /// The views, where those of nulls, which nobody has checked, show nothing.
    private static func withoutNulls(_ views: [ByteView], _ validity: Bitmap?) -> [ByteView] {
        guard let validity, validity.count == views.count else { return views }
        var views = views
        for row in views.indices where !validity[row] { views[row] = ByteView(buffer: 0, length: 0, offset: 0) }
        return views
    }

    /// To read while the column is alive. The views were checked when it was made.
    @inline(__always)
    func bytes(_ row: Int) -> UnsafeBufferPointer<UInt8> {
        let view = views[row]
        return UnsafeBufferPointer(start: starts[Int(view.buffer)].map { $0 + view.offset }, count: Int(view.length))
    }

    func write(_ row: Int, to text: inout JSONText) {
        if hasNulls, let validity, !validity[row] { text.append("null") } else { writeValue(row, to: &text) }
    }

    func writeValue(_ row: Int, to text: inout JSONText) {
        if isText { text.append(quoted: bytes(row)) } else { Base64.write(bytes(row), to: &text) }
    }
}
