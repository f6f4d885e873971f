final class IntegerBuilder: ColumnBuilder {
    let column: GrowingColumn
    private let path: String

    init(_ name: String, path: String) {
        column = GrowingColumn(name, .integer)
        self.path = path
    }

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
        column.append(value)
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

    func finish() throws(ColumnarDefect) -> any Column {
        let slots = try column.take()
        return try IntegerColumn(
            values: try IntegerValues(slots.values, kind: .int64, count: slots.count), validity: slots.validity)
    }
}
