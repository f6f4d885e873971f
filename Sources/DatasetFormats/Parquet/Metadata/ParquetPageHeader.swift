/// What stands before a page. Source: parquet-format, `parquet.thrift`, `PageHeader`.
struct ParquetPageHeader: Sendable {
    enum Kind: Sendable {
        case data(DataPage)
        case dictionary(count: Int, encoding: ParquetEncoding)
        /// An index, or what a later version of the format brought, which readers pass over.
        case other
    }

    struct DataPage: Sendable {
        let valueCount: Int
        let encoding: ParquetEncoding
        let levels: Levels
    }

    enum Levels: Sendable {
        /// Version 1: the levels are packed with the values, each with its length before it.
        case inside(definition: ParquetEncoding, repetition: ParquetEncoding)
        /// Version 2: the levels stand before the values and are not packed.
        case before(definitionBytes: Int, repetitionBytes: Int, areValuesPacked: Bool)
    }

    let kind: Kind
    let size: Int
    let packedSize: Int
    let checksum: UInt32?

    init(_ thrift: ThriftStruct) throws(ColumnarDefect) {
        let type = try thrift.needInt(1, "a page's type")
        size = try thrift.needInt(2, "a page's size")
        packedSize = try thrift.needInt(3, "a page's packed size")
        guard size >= 0, packedSize >= 0 else { throw .invalid("a page's size is below zero") }
        checksum = try thrift.int(4, "a page's checksum").map { UInt32(truncatingIfNeeded: $0) }
        switch type {
        case 0:
            guard let header = try thrift.structure(5, "a page's header") else {
                throw .invalid("a data page has no header")
            }
            kind = .data(
                DataPage(
                    valueCount: try Self.count(header),
                    encoding: try ParquetEncoding(number: try header.needInt(2, "a page's encoding")),
                    levels: .inside(
                        definition: try ParquetEncoding(number: try header.needInt(3, "a page's level encoding")),
                        repetition: try ParquetEncoding(number: try header.needInt(4, "a page's level encoding")))))
        case 2:
            guard let header = try thrift.structure(7, "a page's header") else {
                throw .invalid("a dictionary page has no header")
            }
            kind = .dictionary(
                count: try Self.count(header),
                encoding: try ParquetEncoding(number: try header.needInt(2, "a dictionary's encoding")))
        case 3:
            guard let header = try thrift.structure(8, "a page's header") else {
                throw .invalid("a data page has no header")
            }
            kind = .data(
                DataPage(
                    valueCount: try Self.count(header),
                    encoding: try ParquetEncoding(number: try header.needInt(4, "a page's encoding")),
                    levels: .before(
                        definitionBytes: try header.needInt(5, "the length of definition levels"),
                        repetitionBytes: try header.needInt(6, "the length of repetition levels"),
                        areValuesPacked: try header.bool(7, "is_compressed") ?? true)))
        default: kind = .other
        }
    }

    private static func count(_ header: ThriftStruct) throws(ColumnarDefect) -> Int {
        let count = try header.needInt(1, "a page's number of values")
        guard count >= 0 else { throw .invalid("a page's number of values is below zero") }
        return count
    }
}
