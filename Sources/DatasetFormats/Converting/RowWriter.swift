/// Writes rows one after another, whatever the file's format.
public protocol RowWriter {
    mutating func append(_ row: RawRow) throws
    /// Writes what is left, and the end of the file.
    mutating func finish() throws
}
