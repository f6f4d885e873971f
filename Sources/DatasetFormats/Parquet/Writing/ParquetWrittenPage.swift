import Dispatch
import Synchronization

/// A page that is being packed, or is packed. Source: parquet-format, `parquet.thrift`, `PageHeader`.
final class ParquetWrittenPage: Sendable {
    enum Kind: Sendable {
        case data(entryCount: Int, encoding: ParquetEncoding)
        case dictionary(valueCount: Int)
    }

    struct Packed: Sendable {
        /// The page with its header.
        let bytes: [UInt8]
        /// What it would take if it were not packed.
        let unpackedSize: Int
    }

    private let kind: Kind
    private let column: String
    private let result = Mutex<Result<Packed, ColumnarDefect>?>(nil)
    private let underWay = DispatchGroup()

    init(_ kind: Kind, of column: String) {
        self.kind = kind
        self.column = column
        underWay.enter()
    }

    /// Packs the page, once, on whatever thread.
    ///
    /// - Parameter level: one of the compression's levels; nil for the usual one.
    func pack(_ body: [UInt8], _ compression: Compression, level: Int? = nil) {
        let outcome = Result { () throws(ColumnarDefect) in try packed(body, compression, level) }
        result.withLock { $0 = outcome }
        underWay.leave()
    }

    /// The page, once it is packed.
    ///
    /// - Throws: `unsupported` for what is only read, `tooLarge` for a page that the format has no number for.
    func wait() throws(ColumnarDefect) -> Packed {
        underWay.wait()
        guard let result = result.withLock({ $0 }) else { throw .invalid("a page was not packed") }
        return try result.get()
    }

    private func packed(
        _ body: [UInt8], _ compression: Compression, _ level: Int?
    ) throws(ColumnarDefect) -> Packed {
        let packed = compression == .none ? body : try compress(body, compression, level)
        guard body.count <= Int(Int32.max), packed.count <= Int(Int32.max) else {
            throw .tooLarge("a page of \(column)", limit: Int(Int32.max))
        }
        let header = header(unpacked: body.count, packed: packed)
        return Packed(bytes: header + packed, unpackedSize: header.count + body.count)
    }

    private func compress(
        _ body: [UInt8], _ compression: Compression, _ level: Int?
    ) throws(ColumnarDefect) -> [UInt8] {
        var result: Result<[UInt8], ColumnarDefect> = .success([])
        body.withUnsafeBytes { bytes in
            result = Result { () throws(ColumnarDefect) in try compression.compress(bytes, level: level) }
        }
        return try result.get()
    }

    private func header(unpacked size: Int, packed: [UInt8]) -> [UInt8] {
        let checksum = packed.withUnsafeBytes { CRC32.checksum(of: $0) }
        var thrift = CompactThriftWriter()
        thrift.append(structure: {
            switch kind {
            case .data: $0.int32(1, 0)
            case .dictionary: $0.int32(1, 2)
            }
            $0.int32(2, size)
            $0.int32(3, packed.count)
            $0.int32(4, Int(Int32(bitPattern: checksum)))
            switch kind {
            case .data(let entryCount, let encoding):
                $0.structure(5) {
                    $0.int32(1, entryCount)
                    $0.int32(2, encoding.rawValue)
                    $0.int32(3, ParquetEncoding.rle.rawValue)
                    $0.int32(4, ParquetEncoding.rle.rawValue)
                }
            case .dictionary(let valueCount):
                $0.structure(7) {
                    $0.int32(1, valueCount)
                    $0.int32(2, ParquetEncoding.plain.rawValue)
                }
            }
        })
        return thrift.bytes
    }
}
