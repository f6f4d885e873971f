/// Byte strings of one length, one after another: plain ones, or UUIDs.
final class FixedBytesColumn: Column {
    let type: ColumnType
    let width: Int
    let data: ByteBuffer
    let count: Int
    let validity: Bitmap?

    /// - Throws: `truncated` where the data holds fewer.
    init(type: ColumnType, width: Int, data: ByteBuffer, count: Int, validity: Bitmap?) throws(ColumnarDefect) {
        guard width >= 0, count >= 0, width == 0 || count <= data.count / width else {
            throw .truncated("a column of \(count) byte strings")
        }
        self.type = type
        self.width = width
        self.data = data
        self.count = count
        self.validity = validity
        try checkValidity()
    }

    func bytes(_ row: Int) -> UnsafeBufferPointer<UInt8> { data.bytes(row * width, width) }

    func writeValue(_ row: Int, to text: inout JSONText) {
        if type == .uuid { UUIDText.write(bytes(row), to: &text) } else { Base64.write(bytes(row), to: &text) }
    }
}
