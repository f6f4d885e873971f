/// What stays in a processor's cache while it is written, copied and given to the system.
private let pieceSize = 1 << 18

extension BatchReader {
    /// Appends the rows that are left as JSON Lines, in pieces that `body` takes. They are read on another thread than
    /// they are written on.
    ///
    /// - Throws: `DatasetFormatsError.damaged`, with the place, and what `body` throws.
    public mutating func writeRows(
        style: JSONTextStyle, limits: JSONLimits = .standard, rowsAtOnce: Int = 2048,
        to body: (UnsafeRawBufferPointer, _ rowCount: Int) throws -> Void
    ) throws {
        var text = JSONText(style: style, maximumRowBytes: limits.maximumRowBytes)
        var rowCount = 0
        let background = BackgroundBatchReader(self, rowsAtOnce: rowsAtOnce)
        defer { self = background.settle() }
        while let batch = try background.next() {
            for row in 0..<batch.rowCount {
                guard batch.write(row: row, to: &text) else {
                    throw DatasetFormatsError.damaged(
                        source: source, place: "row \(rowCount)", .tooLarge("the row", limit: limits.maximumRowBytes))
                }
                text.endLine()
                rowCount += 1
                if text.count >= pieceSize {
                    try text.withBytes { bytes in try body(bytes, rowCount) }
                    text.removeAll()
                }
            }
        }
        if text.count > 0 { try text.withBytes { bytes in try body(bytes, rowCount) } }
    }
}
