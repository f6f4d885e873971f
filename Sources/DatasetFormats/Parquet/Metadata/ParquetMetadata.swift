/// What stands at the end of a Parquet file: the schema, and where everything is.
///
/// Source: parquet-format, README "File format" and `parquet.thrift`, `FileMetaData`.
struct ParquetMetadata: Sendable {
    let rowCount: Int
    let fields: [ParquetField]
    let leaves: [ParquetLeaf]
    let rowGroups: [ParquetRowGroup]
    /// Texts that the writer added.
    let notes: [(key: String, value: String)]

    static let magic = Array("PAR1".utf8)
    static let encryptedMagic = Array("PARE".utf8)

    init(_ file: ByteBuffer) throws(ColumnarDefect) {
        guard file.count >= 12 else { throw .truncated("the footer") }
        let end = file.array(file.count - 4, 4)
        guard end != Self.encryptedMagic else { throw .unsupported("an encrypted file") }
        guard end == Self.magic else { throw .invalid("the file does not end with PAR1, as a whole Parquet file does") }
        let length = Int(try file.slice(file.count - 8, 4, "the footer").load(0, as: UInt32.self))
        guard length <= file.count - 12 else { throw .truncated("the footer") }
        var reader = CompactThriftReader(try file.slice(file.count - 8 - length, length, "the footer"))
        let thrift = try reader.readStruct()
        guard !thrift.has(8) else { throw .unsupported("an encrypted file") }
        rowCount = try thrift.needInt(3, "the number of rows")
        var notes: [(key: String, value: String)] = []
        for note in try thrift.structures(5, "the key-value metadata") ?? [] {
            if let key = try note.text(1, "a key"), let value = try? note.text(2, "a value") {
                notes.append((key, value))
            }
        }
        self.notes = notes
        let hints = ArrowSchemaHint.fields(in: notes)
        var schema = try ParquetSchemaReader(elements: try thrift.structures(2, "the schema") ?? [])
        (fields, leaves) = try schema.read(hints: hints)
        var rowGroups: [ParquetRowGroup] = []
        for group in try thrift.structures(4, "the row groups") ?? [] {
            let rowGroup = try ParquetRowGroup(group)
            guard rowGroup.columns.count == leaves.count else {
                throw .invalid("a row group has \(rowGroup.columns.count) columns, and the schema \(leaves.count)")
            }
            for (chunk, leaf) in zip(rowGroup.columns, leaves) where chunk.type != leaf.physicalType {
                throw .invalid("the column \(leaf.name) is of another physical type than the schema says")
            }
            rowGroups.append(rowGroup)
        }
        self.rowGroups = rowGroups
    }
}
