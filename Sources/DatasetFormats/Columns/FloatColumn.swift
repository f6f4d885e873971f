final class FloatColumn: Column {
    let kind: FloatKind
    let bytes: ByteBuffer
    let count: Int
    let validity: Bitmap?
    var type: ColumnType { .float(kind) }

    /// - Throws: `truncated` where the bytes hold fewer values.
    init(_ bytes: ByteBuffer, kind: FloatKind, count: Int, validity: Bitmap?) throws(ColumnarDefect) {
        guard count <= bytes.count / kind.byteWidth else { throw .truncated("a column of \(count) numbers") }
        self.kind = kind
        self.bytes = bytes
        self.count = count
        self.validity = validity
        try checkValidity()
    }

    func writeValue(_ row: Int, to text: inout JSONText) {
        switch kind {
        case .half:
            let value = Float16(bitPattern: bytes.load(row, as: UInt16.self))
            write(Double(value), shortest: value.description, to: &text)
        case .single:
            let value = bytes.load(row, as: Float.self)
            write(Double(value), shortest: value.description, to: &text)
        case .double:
            let value = bytes.load(row, as: Double.self)
            write(value, shortest: value.description, to: &text)
        }
    }

    /// Plain text has the fewest digits that read back as the same number of its own width; tagged text those that
    /// do so as a double.
    private func write(_ value: Double, shortest: @autoclosure () -> String, to text: inout JSONText) {
        guard value.isFinite else {
            switch text.style {
            case .plain: text.append("null")
            case .tagged:
                if value.isNaN {
                    text.append(#"{"float":"nan"}"#)
                } else {
                    text.append(value < 0 ? #"{"float":"-inf"}"# : #"{"float":"inf"}"#)
                }
            }
            return
        }
        text.append(text: text.style == .plain ? shortest() : value.description)
    }
}
