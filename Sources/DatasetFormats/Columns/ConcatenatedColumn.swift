/// Columns one after another.
final class ConcatenatedColumn: Column {
    let type: ColumnType
    private let parts: [any Column]
    private let ends: [Int]
    let validity: Bitmap? = nil
    let count: Int

    init(_ first: any Column, _ second: any Column) {
        type = first.type
        parts = ((first as? ConcatenatedColumn)?.parts ?? [first]) + [second]
        var end = 0
        ends = parts.map { part in
            end += part.count
            return end
        }
        count = end
    }

    func writeValue(_ row: Int, to text: inout JSONText) {
        // The first part that ends after the row.
        var low = 0
        var high = parts.count - 1
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] > row { high = middle } else { low = middle + 1 }
        }
        parts[low].write(row - (ends[low] - parts[low].count), to: &text)
    }
}
