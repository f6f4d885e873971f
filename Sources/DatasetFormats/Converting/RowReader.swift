/// Reads rows one after another, whatever the file's format.
public protocol RowReader: ~Copyable {
    /// The next row as a JSON object, or nil after the last.
    mutating func next() throws(DatasetFormatsError) -> RawRow?
}

extension JSONRowReader: RowReader {}
