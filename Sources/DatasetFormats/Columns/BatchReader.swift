/// Reads a file of columns, some rows at a time, on whatever thread.
public protocol BatchReader: SendableMetatype {
    /// What to call the file in errors.
    var source: String { get }
    var fields: [Field] { get }

    /// The next rows: as many as asked for where the file is read by pages, and as many as the file has together
    /// where it is one of batches. Nil after the last.
    ///
    /// - Throws: `DatasetFormatsError.damaged`, with the place.
    mutating func nextBatch(_ rowCount: Int) throws(DatasetFormatsError) -> RecordBatch?
}
