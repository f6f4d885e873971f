/// The documents of a plain text as rows: `{"text": …}`.
public struct TextRows: RowReader, ~Copyable {
    private var reader: TextRowReader

    public init(_ reader: consuming TextRowReader) { self.reader = reader }

    public mutating func next() throws(DatasetFormatsError) -> RawRow? {
        guard let document = try reader.next() else { return nil }
        return RawRow(
            index: document.index, byteRange: document.endOffset..<document.endOffset,
            lineNumber: document.lineNumber, leadingBytes: [],
            bytes: JSONWriter.bytes(.object(document.object), style: .compact))
    }
}
