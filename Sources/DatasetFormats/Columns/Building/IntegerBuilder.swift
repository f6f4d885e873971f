final class IntegerBuilder: ColumnBuilder {
    private let path: String
    private var values: [Int64] = []
    private var validity = BitmapBuilder()
    var count: Int { values.count }
    var byteCount: Int { values.count * 8 }

    init(path: String) { self.path = path }

    func append(_ cursor: inout JSONCursor, depth: Int) throws(RowDefect) {
        guard cursor.kind == .integer else {
            throw .wrongType(field: path, found: cursor.kind, wanted: .integer(.int64))
        }
        let extent: JSONCursor.NumberExtent
        do throws(JSONDefect) { extent = try cursor.scanNumber() } catch { throw .malformed(error) }
        let text = UnsafeBufferPointer(rebasing: cursor.bytes[extent.start..<extent.end])
        guard extent.isInteger, let value = Self.value(text) else {
            throw .numberTooLarge(field: path, number: String(decoding: text, as: UTF8.self))
        }
        values.append(value)
        validity.append(true)
    }

    /// The integer that checked digits make, or nil where 64 bits do not hold it.
    static func value(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        let isNegative = text.first == UInt8(ascii: "-")
        var value: Int64 = 0
        for byte in text.dropFirst(isNegative ? 1 : 0) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            // Counted downwards, for the least number has no positive of its size.
            let (sum, underflow) = product.subtractingReportingOverflow(Int64(byte &- UInt8(ascii: "0")))
            if overflow || underflow { return nil }
            value = sum
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    func appendNull() {
        values.append(0)
        validity.append(false)
    }

    func finish() throws(ColumnarDefect) -> any Column {
        defer {
            values.removeAll(keepingCapacity: true)
            validity.removeAll()
        }
        let bytes = values.withUnsafeBytes { ByteBuffer(copying: $0) }
        return try IntegerColumn(
            values: try IntegerValues(bytes, kind: .int64, count: count), validity: try validity.validity)
    }
}
