/// Values that are kept once for every run of equal ones, and where each run ends.
final class RunEndColumn: Column {
    let type: ColumnType
    private let ends: IntegerValues
    private let values: any Column
    let count: Int
    let validity: Bitmap? = nil

    /// - Throws: `invalid` where runs are empty, go back, or do not cover the rows.
    init(ends: IntegerValues, values: any Column, count: Int) throws(ColumnarDefect) {
        type = .runEndEncoded(values.type)
        self.ends = ends
        self.values = values
        self.count = count
        var before: Int64 = 0
        for index in 0..<ends.count {
            guard ends[index] > before else { throw .invalid("a run ends before it begins") }
            before = ends[index]
        }
        guard before >= Int64(count), values.count >= ends.count else { throw .truncated("a column of runs") }
    }

    func writeValue(_ row: Int, to text: inout JSONText) {
        // The first run that ends after the row.
        var low = 0
        var high = ends.count - 1
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] > Int64(row) { high = middle } else { low = middle + 1 }
        }
        values.write(low, to: &text)
    }
}
