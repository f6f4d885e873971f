/// Writes rows one after another, whatever the file's format.
public protocol RowWriter {
    mutating func append(_ row: RawRow) throws
    /// Writes rows that were checked together.
    mutating func append(_ batch: JSONRowBatch) throws
    /// Writes what is left, and the end of the file.
    mutating func finish() throws
}

extension RowWriter {
    public mutating func append(_ batch: JSONRowBatch) throws {
        for index in batch.rows.indices { try append(batch.row(index)) }
    }
}
