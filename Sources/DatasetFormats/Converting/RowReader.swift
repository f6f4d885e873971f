/// Reads rows one after another, whatever the file's format.
public protocol RowReader: ~Copyable {
    /// The next row as a JSON object, or nil after the last.
    mutating func next() throws(DatasetFormatsError) -> RawRow?
    /// The next rows, where many are at hand that were checked together; nil where `next` must be asked.
    mutating func nextBatch() throws(DatasetFormatsError) -> JSONRowBatch?
    /// Reads the next rows into a builder's columns, where that can be done without looking at each by itself.
    ///
    /// - Parameter rowLimit: the most rows.
    /// - Returns: how many were read; 0 where `next` must be asked.
    mutating func readRows(into builder: borrowing BatchBuilder, atMost rowLimit: Int) throws(DatasetFormatsError)
        -> Int
    /// A shape that a row of a batch has.
    func shape(_ number: Int) -> JSONRowShape
}

extension RowReader where Self: ~Copyable {
    public mutating func nextBatch() throws(DatasetFormatsError) -> JSONRowBatch? { nil }
    public mutating func readRows(
        into builder: borrowing BatchBuilder, atMost rowLimit: Int
    ) throws(DatasetFormatsError) -> Int { 0 }
    public func shape(_ number: Int) -> JSONRowShape { JSONRowShape(members: []) }
}

extension JSONRowReader: RowReader {}
