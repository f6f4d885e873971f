/// The rows of a file of columns, as JSON.
public struct BatchRowReader: RowReader {
    private var batches: any BatchReader
    private let limits: JSONLimits
    private var batch: RecordBatch?
    private var rowOfBatch = 0
    private var rowCount = 0

    public init(_ batches: any BatchReader, limits: JSONLimits = .standard) {
        self.batches = batches
        self.limits = limits
    }

    public mutating func next() throws(DatasetFormatsError) -> RawRow? {
        while batch == nil || rowOfBatch == batch?.rowCount ?? 0 {
            batch = try batches.nextBatch(1024)
            rowOfBatch = 0
            guard batch != nil else { return nil }
        }
        guard let batch else { return nil }
        var text = JSONText(style: .plain, maximumRowBytes: limits.maximumRowBytes)
        guard batch.write(row: rowOfBatch, to: &text) else {
            throw .damaged(
                source: batches.source, place: "row \(rowCount)", .tooLarge("the row", limit: limits.maximumRowBytes))
        }
        rowOfBatch += 1
        rowCount += 1
        return RawRow(
            index: rowCount - 1, byteRange: 0..<text.count, lineNumber: rowCount, leadingBytes: [], bytes: text.bytes)
    }
}
