/// Writes a file of columns, some rows at a time.
public protocol BatchWriter {
    /// - Throws: `DatasetFormatsError.notStorable` for what the format has no form for, and what the sink throws.
    mutating func append(_ batch: RecordBatch) throws
    /// Writes what is left, and the end of the file.
    mutating func finish() throws
}
