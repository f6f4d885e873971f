/// The records of a table as rows: objects of strings.
public struct DelimitedRows: RowReader, ~Copyable {
    private var reader: DelimitedRowReader

    public init(_ reader: consuming DelimitedRowReader) { self.reader = reader }

    public mutating func next() throws(DatasetFormatsError) -> RawRow? {
        guard let record = try reader.next() else { return nil }
        let bytes = JSONWriter.bytes(.object(reader.object(of: record)), style: .compact)
        return RawRow(
            index: record.index, byteRange: record.endOffset..<record.endOffset, lineNumber: record.lineNumber,
            leadingBytes: [], bytes: bytes)
    }
}
