/// Texts or byte strings one after another, with the places where each begins and the last ends.
final class ByteStringColumn: Column {
    let type: ColumnType
    let offsets: IntegerValues
    let data: ByteBuffer
    let validity: Bitmap?
    let count: Int
    private let isText: Bool
    private let hasNulls: Bool

    /// - Parameters:
    ///   - offsets: one more than there are rows; where there are no rows there may be none.
    ///   - type: `utf8` or `binary`.
    ///   - isCheckedText: whether it is known that every value is UTF-8.
    /// - Throws: `invalid` where offsets go back or out of the data, or text is no UTF-8.
    init(
        type: ColumnType, offsets: IntegerValues, data: ByteBuffer, validity: Bitmap?, isCheckedText: Bool = false
    ) throws(ColumnarDefect) {
        self.type = type
        isText = type == .utf8
        hasNulls = validity != nil
        self.offsets = offsets
        self.data = data
        self.validity = validity
        count = max(0, offsets.count - 1)
        try checkValidity()
        try offsets.checkRising(within: data.count)
        if isText, !isCheckedText { try checkText() }
    }

    private func checkText() throws(ColumnarDefect) {
        guard count > 0 else { return }
        let first = Int(offsets[0])
        let all = data.bytes(first, Int(offsets[count]) - first)
        // Mostly the whole of it is text, with every value beginning where a character does.
        if UTF8Check.isValid(all) {
            let startsInside = (0..<count).contains { row in
                let start = Int(offsets[row]) - first
                return start < all.count && UTF8Check.isContinuation(all[start])
            }
            if !startsInside { return }
        }
        for row in 0..<count where validity?[row] ?? true {
            guard UTF8Check.isValid(bytes(row)) else { throw .invalid("a text is not valid UTF-8") }
        }
    }

    @inline(__always)
    func bytes(_ row: Int) -> UnsafeBufferPointer<UInt8> {
        let start = Int(offsets[row])
        return data.bytes(start, Int(offsets[row &+ 1]) &- start)
    }

    func write(_ row: Int, to text: inout JSONText) {
        if hasNulls, let validity, !validity[row] { text.append("null") } else { writeValue(row, to: &text) }
    }

    func writeValue(_ row: Int, to text: inout JSONText) {
        if isText { text.append(quoted: bytes(row)) } else { Base64.write(bytes(row), to: &text) }
    }
}

extension IntegerValues {
    /// - Throws: `invalid` where one is less than the one before, or past the end.
    func checkRising(within end: Int) throws(ColumnarDefect) {
        var before: Int64 = 0
        for index in 0..<count {
            let value = self[index]
            guard value >= before else { throw .invalid("an offset goes back") }
            before = value
        }
        guard before <= Int64(end) else { throw .invalid("an offset points past the end of the data") }
    }
}
