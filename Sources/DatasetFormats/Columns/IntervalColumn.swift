/// Calendar intervals: months, days and a time, which have no common measure.
final class IntervalColumn: Column {
    let kind: IntervalKind
    let data: ByteBuffer
    let count: Int
    let validity: Bitmap?
    var type: ColumnType { .interval(kind) }

    /// - Throws: `truncated` where the data holds fewer.
    init(kind: IntervalKind, data: ByteBuffer, count: Int, validity: Bitmap?) throws(ColumnarDefect) {
        guard count >= 0, count <= data.count / kind.byteWidth else {
            throw .truncated("a column of \(count) intervals")
        }
        self.kind = kind
        self.data = data
        self.count = count
        self.validity = validity
        try checkValidity()
    }

    /// Appends an array of what the interval counts: `[months]`, `[days, milliseconds]` or
    /// `[months, days, nanoseconds]`.
    func writeValue(_ row: Int, to text: inout JSONText) {
        let numbers: [Int64] =
            switch kind {
            case .months: [Int64(data.load(row, as: Int32.self))]
            case .daysAndMilliseconds:
                [Int64(data.load(row * 2, as: Int32.self)), Int64(data.load(row * 2 + 1, as: Int32.self))]
            case .monthsDaysAndNanoseconds:
                [
                    Int64(data.load(row * 4, as: Int32.self)), Int64(data.load(row * 4 + 1, as: Int32.self)),
                    data.load(row * 2 + 1, as: Int64.self),
                ]
            }
        text.append(UInt8(ascii: "["))
        for (index, number) in numbers.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            text.append(integer: number)
        }
        text.append(UInt8(ascii: "]"))
    }
}
