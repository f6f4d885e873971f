/// How a page or a buffer is packed.
public enum Compression: String, Sendable, Hashable, CaseIterable {
    case none, snappy, gzip, brotli, zstd
    /// Blocks of LZ4 as Hadoop frames them, which some writers of Parquet left out.
    case lz4Hadoop
    /// One block of LZ4.
    case lz4Raw
    /// LZ4's frame format.
    case lz4Frame

    /// How hard the codec can be told to try: the higher, the smaller and the slower. Nil where it has no choice.
    public var levels: ClosedRange<Int>? {
        switch self {
        case .gzip: 1...9
        case .zstd: 1...22
        case .none, .snappy, .brotli, .lz4Hadoop, .lz4Raw, .lz4Frame: nil
        }
    }

    /// What people call it.
    var name: String {
        switch self {
        case .lz4Hadoop, .lz4Raw, .lz4Frame: "lz4"
        case .none, .snappy, .gzip, .brotli, .zstd: rawValue
        }
    }

    /// - Parameter level: nil for the usual one, which every codec has.
    /// - Throws: `noSuchLevel`.
    func check(level: Int?) throws(DatasetFormatsError) {
        guard let level else { return }
        guard levels?.contains(level) ?? false else { throw .noSuchLevel(level, of: self) }
    }

    /// The most bytes that one page or buffer may take when unpacked.
    static let maximumSize = 1 << 30

    /// More than any of a codec's own writers gets out of one byte; a claim of more is no truth.
    private var maximumRatio: Int {
        switch self {
        case .none: 1
        case .snappy: 64
        case .lz4Hadoop, .lz4Raw, .lz4Frame: 256
        case .gzip: 1100
        case .zstd: 1 << 16
        case .brotli: 1 << 22
        }
    }

    /// Unpacks bytes that must come to be this many.
    ///
    /// - Parameter size: as the file claims; nothing is allocated before the claim is checked.
    /// - Throws: `tooLarge` or `invalid` for a claim that cannot be true, `invalid` where the bytes are damaged.
    func decompress(_ packed: ByteBuffer, size: Int, _ what: String) throws(ColumnarDefect) -> ByteBuffer {
        guard size >= 0 else { throw .invalid("\(what) has a size below zero") }
        guard size <= Self.maximumSize else { throw .tooLarge(what, limit: Self.maximumSize) }
        if self == .none {
            guard packed.count >= size else { throw .truncated(what) }
            return try packed.slice(0, size, what)
        }
        guard size > 0 else { return .empty }
        guard size / maximumRatio <= packed.count else {
            throw .invalid("\(what) claims \(size) bytes, which \(packed.count) bytes of \(rawValue) cannot hold")
        }
        return try ByteBuffer(count: size) { (target) throws(ColumnarDefect) in
            let isWhole = packed.withBytes { source in unpack(source, target) }
            guard isWhole else { throw .invalid("\(what) does not unpack as \(rawValue)") }
        }
    }

    private func unpack(_ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer) -> Bool {
        switch self {
        case .none: false
        case .snappy: SnappyCodec.decompress(source, into: target)
        case .gzip: GzipCodec.decompress(source, into: target)
        case .brotli: BrotliCodec.decompress(source, into: target)
        case .zstd: ZstandardCodec.decompress(source, into: target)
        case .lz4Hadoop: LZ4Codec.decompressHadoop(source, into: target)
        case .lz4Raw: LZ4Codec.decompressBlock(source, into: target)
        case .lz4Frame: LZ4Codec.decompressFrame(source, into: target)
        }
    }

    /// Packs bytes.
    ///
    /// - Parameter level: how hard the codec tries, one of `levels`; nil for its usual one.
    /// - Throws: `unsupported` for what is only read, `tooLarge` where the library cannot take so many bytes.
    func compress(_ bytes: UnsafeRawBufferPointer, level: Int? = nil) throws(ColumnarDefect) -> [UInt8] {
        let packed: [UInt8]? =
            switch self {
            case .none: Array(bytes)
            case .snappy: SnappyCodec.compress(bytes)
            case .gzip: GzipCodec.compress(bytes, level: Int32(clamping: level ?? 6))
            case .zstd: ZstandardCodec.compress(bytes, level: Int32(clamping: level ?? 1))
            case .lz4Raw: LZ4Codec.compressBlock(bytes)
            case .lz4Frame: LZ4Codec.compressFrame(bytes)
            case .brotli: BrotliCodec.compress(bytes)
            case .lz4Hadoop: throw .unsupported("the writing of \(rawValue)")
            }
        guard let packed else { throw .tooLarge("a page of \(bytes.count) bytes", limit: Int(Int32.max)) }
        return packed
    }
}
