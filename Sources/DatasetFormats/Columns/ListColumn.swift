/// Lists, or maps as lists of pairs: the places where each list begins in the column of elements.
final class ListColumn: Column {
    let type: ColumnType
    private let starts: IntegerValues
    /// The lengths, where lists do not follow one another.
    private let lengths: IntegerValues?
    let elements: any Column
    let validity: Bitmap?
    let count: Int
    private let pairs: StructColumn?

    /// Lists one after another.
    ///
    /// - Parameters:
    ///   - type: `list` or `map`; a map's elements are a struct of two.
    ///   - offsets: one more than there are rows.
    /// - Throws: `invalid` where offsets go back or out of the elements.
    init(
        type: ColumnType, offsets: IntegerValues, elements: any Column, validity: Bitmap?
    ) throws(ColumnarDefect) {
        self.type = type
        starts = offsets
        lengths = nil
        self.elements = elements
        self.validity = validity
        count = max(0, offsets.count - 1)
        pairs = try Self.pairs(of: type, elements)
        try checkValidity()
        try offsets.checkRising(within: elements.count)
    }

    /// Lists anywhere among the elements.
    init(
        type: ColumnType, starts: IntegerValues, lengths: IntegerValues, elements: any Column, validity: Bitmap?
    ) throws(ColumnarDefect) {
        guard starts.count == lengths.count else { throw .invalid("a list has a beginning and no length") }
        self.type = type
        self.starts = starts
        self.lengths = lengths
        self.elements = elements
        self.validity = validity
        count = starts.count
        pairs = try Self.pairs(of: type, elements)
        try checkValidity()
        for row in 0..<count where validity?[row] ?? true {
            let start = starts[row]
            let length = lengths[row]
            guard start >= 0, length >= 0, length <= elements.count, start <= Int64(elements.count) - length else {
                throw .invalid("a list points past the end of its elements")
            }
        }
    }

    private static func pairs(of type: ColumnType, _ elements: any Column) throws(ColumnarDefect) -> StructColumn? {
        guard case .map = type else { return nil }
        guard let pairs = elements as? StructColumn, pairs.columns.count == 2 else {
            throw .invalid("a map whose elements are no pairs")
        }
        return pairs
    }

    @inline(__always)
    func range(_ row: Int) -> Range<Int> {
        let start = Int(starts[row])
        if let lengths { return start..<start + Int(lengths[row]) }
        return start..<Int(starts[row &+ 1])
    }

    /// The elements from the first list's to the last's, where lists follow one another.
    var consecutiveElements: Range<Int>? {
        guard lengths == nil else { return nil }
        return count == 0 ? 0..<0 : Int(starts[0])..<Int(starts[count])
    }

    func writeValue(_ row: Int, to text: inout JSONText) {
        text.append(UInt8(ascii: "["))
        let range = range(row)
        for element in range {
            if text.isFull { return }
            if element > range.lowerBound { text.append(UInt8(ascii: ",")) }
            if let pairs {
                text.append(UInt8(ascii: "["))
                pairs.columns[0].write(element, to: &text)
                text.append(UInt8(ascii: ","))
                pairs.columns[1].write(element, to: &text)
                text.append(UInt8(ascii: "]"))
            } else {
                elements.write(element, to: &text)
            }
        }
        text.append(UInt8(ascii: "]"))
    }
}
