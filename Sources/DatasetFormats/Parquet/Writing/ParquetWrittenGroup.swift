/// A row group that was written, as the footer describes it. Source: parquet-format, `parquet.thrift`, `RowGroup`.
struct ParquetWrittenGroup {
    struct Chunk {
        let leaf: ParquetLeafSchema
        let encodings: [Int]
        let entryCount: Int
        let unpackedSize: Int
        let packedSize: Int
        let dictionaryOffset: Int?
        let dataOffset: Int
        let statistics: ParquetStatistics

        var offset: Int { dictionaryOffset ?? dataOffset }
    }

    let chunks: [Chunk]
    let rowCount: Int

    func write(to thrift: inout CompactThriftWriter, codec: Int) {
        thrift.structures(1, count: chunks.count) { writer, index in
            let chunk = chunks[index]
            writer.int64(2, 0)
            writer.structure(3) { Self.write(chunk, to: &$0, codec: codec) }
        }
        thrift.int64(2, chunks.reduce(0) { $0 + $1.unpackedSize })
        thrift.int64(3, rowCount)
        if let first = chunks.first { thrift.int64(5, first.offset) }
        thrift.int64(6, chunks.reduce(0) { $0 + $1.packedSize })
    }

    private static func write(_ chunk: Chunk, to thrift: inout CompactThriftWriter, codec: Int) {
        thrift.int32(1, chunk.leaf.type.physicalType.rawValue)
        thrift.int32s(2, chunk.encodings)
        thrift.texts(3, chunk.leaf.path)
        thrift.int32(4, codec)
        thrift.int64(5, chunk.entryCount)
        thrift.int64(6, chunk.unpackedSize)
        thrift.int64(7, chunk.packedSize)
        thrift.int64(9, chunk.dataOffset)
        if let offset = chunk.dictionaryOffset { thrift.int64(11, offset) }
        thrift.structure(12) { statistics in
            statistics.int64(3, chunk.statistics.nullCount)
            if let bounds = chunk.statistics.bounds {
                statistics.binary(5, bounds.greatest)
                statistics.binary(6, bounds.least)
            }
        }
    }
}
