/// Writes rows one after another, whatever the file's format.
public protocol RowWriter {
    mutating func append(_ row: RawRow) throws
    /// Writes rows that were checked together.
    mutating func append(_ batch: JSONRowBatch) throws
    /// Writes the next rows of a reader, where many are at hand.
    ///
    /// - Returns: how many were written; 0 where the reader must be asked for one.
    mutating func append<Reader: RowReader & ~Copyable>(from reader: inout Reader) throws -> Int
    /// Writes what is left, and the end of the file.
    mutating func finish() throws
}

extension RowWriter {
    public mutating func append(_ batch: JSONRowBatch) throws {
        for index in batch.rows.indices { try append(batch.row(index)) }
    }

    public mutating func append<Reader: RowReader & ~Copyable>(from reader: inout Reader) throws -> Int {
        guard let batch = try reader.nextBatch() else { return 0 }
        try append(batch)
        return batch.rows.count
    }
}
