/// A column's part of a row group. Source: parquet-format, `parquet.thrift`, `ColumnMetaData`.
struct ParquetColumnChunk: Sendable {
    let type: ParquetPhysicalType
    let compression: Compression
    let valueCount: Int
    /// Where its pages are in the file.
    let offset: Int
    let byteCount: Int

    init(_ thrift: ThriftStruct) throws(ColumnarDefect) {
        guard try thrift.text(1, "file_path") ?? "" == "" else {
            throw .unsupported("a column that lies in another file")
        }
        guard !thrift.has(8) else { throw .unsupported("an encrypted column") }
        guard let metadata = try thrift.structure(3, "a column's metadata") else {
            throw .invalid("a column has no metadata")
        }
        type = try ParquetPhysicalType(number: try metadata.needInt(1, "a column's type"))
        compression = try Self.compression(try metadata.needInt(4, "a column's codec"))
        valueCount = try metadata.needInt(5, "a column's number of values")
        byteCount = try metadata.needInt(7, "a column's size")
        let data = try metadata.needInt(9, "a column's place")
        let dictionary = try metadata.int(11, "a dictionary's place") ?? 0
        // Some writers say 0 where there is no dictionary.
        offset = dictionary > 0 ? min(dictionary, data) : data
        guard valueCount >= 0, offset >= 0, byteCount >= 0 else {
            throw .invalid("a column's place, size or number of values is below zero")
        }
    }

    private static func compression(_ number: Int) throws(ColumnarDefect) -> Compression {
        switch number {
        case 0: return .none
        case 1: return .snappy
        case 2: return .gzip
        case 4: return .brotli
        case 5: return .lz4Hadoop
        case 6: return .zstd
        case 7: return .lz4Raw
        case 3: throw .unsupported("LZO compression")
        default: throw .invalid("there is no compression \(number)")
        }
    }
}
