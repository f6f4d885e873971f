/// Rows whose columns lie together in the file.
struct ParquetRowGroup: Sendable {
    let columns: [ParquetColumnChunk]
    let rowCount: Int

    init(_ thrift: ThriftStruct) throws(ColumnarDefect) {
        var columns: [ParquetColumnChunk] = []
        for chunk in try thrift.structures(1, "a row group's columns") ?? [] {
            columns.append(try ParquetColumnChunk(chunk))
        }
        self.columns = columns
        rowCount = try thrift.needInt(3, "a row group's number of rows")
        guard rowCount >= 0 else { throw .invalid("a row group's number of rows is below zero") }
    }
}
