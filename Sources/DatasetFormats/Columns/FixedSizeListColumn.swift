/// Lists that all have the same number of elements.
final class FixedSizeListColumn: Column {
    let type: ColumnType
    let size: Int
    let elements: any Column
    let count: Int
    let validity: Bitmap?

    /// - Throws: `truncated` where there are fewer elements than the lists need.
    init(field: Field, size: Int, elements: any Column, count: Int, validity: Bitmap?) throws(ColumnarDefect) {
        guard size >= 0, count >= 0, size == 0 || count <= elements.count / size else {
            throw .truncated("the elements of \(count) lists")
        }
        type = .fixedSizeList(field, size)
        self.size = size
        self.elements = elements
        self.count = count
        self.validity = validity
        try checkValidity()
    }

    func writeValue(_ row: Int, to text: inout JSONText) {
        text.append(UInt8(ascii: "["))
        for index in 0..<size {
            if text.isFull { return }
            if index > 0 { text.append(UInt8(ascii: ",")) }
            elements.write(row * size + index, to: &text)
        }
        text.append(UInt8(ascii: "]"))
    }
}
