/// What stands at the end of an Arrow file: where its dictionaries and batches are.
///
/// Source: Arrow columnar format, "IPC File Format"; `format/File.fbs`.
struct ArrowFooter {
    let fields: [ArrowField]
    /// Where messages begin.
    let dictionaries: [Int]
    let batches: [Int]

    static let magic = Array("ARROW1".utf8)

    init(_ file: ByteBuffer) throws(ColumnarDefect) {
        guard file.count >= 8 + 4 + Self.magic.count, file.array(file.count - 6, 6) == Self.magic else {
            throw .invalid("the file does not end with ARROW1, as a whole Arrow file does")
        }
        let length = Int(file.load(atByte: file.count - 10, as: UInt32.self))
        guard length <= file.count - 18 else { throw .truncated("the footer") }
        let footer = try FlatTable(root: try file.slice(file.count - 10 - length, length, "the footer"))
        guard let schema = try footer.table(1) else { throw .invalid("the footer has no schema") }
        fields = try ArrowSchemaReader.read(schema)
        dictionaries = try Self.blocks(try footer.vector(2, elementSize: 24), in: file)
        batches = try Self.blocks(try footer.vector(3, elementSize: 24), in: file)
    }

    private static func blocks(_ blocks: ByteBuffer?, in file: ByteBuffer) throws(ColumnarDefect) -> [Int] {
        guard let blocks else { return [] }
        var offsets: [Int] = []
        for index in 0..<blocks.count / 24 {
            let offset = blocks.load(index * 3, as: Int64.self)
            guard offset >= 0, offset < file.count else { throw .truncated("a block") }
            offsets.append(Int(offset))
        }
        return offsets
    }
}
