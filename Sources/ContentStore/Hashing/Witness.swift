import CXXHash

/// What is known of an object beside its name, so that a collision of names or a damaged byte shows: its length and
/// its XXH3-128.
public struct Witness: Sendable, Hashable, Encodable {
    public let bytes: Int
    /// Thirty-two hexadecimal digits.
    public let xxh3: String

    public init(bytes: Int, xxh3: String) {
        self.bytes = bytes
        self.xxh3 = xxh3
    }

    public init(of content: [UInt8]) {
        self = content.withUnsafeBytes { Witness(of: $0) }
    }

    init(of content: UnsafeRawBufferPointer) {
        self.init(bytes: content.count, hash: cxxhash_128(content.baseAddress, content.count))
    }

    init(bytes: Int, hash: CXXHash128) {
        self.init(bytes: bytes, xxh3: Hexadecimal.string(hash.high) + Hexadecimal.string(hash.low))
    }
}

/// A 64-bit XXH3, for choices that only have to be the same every time.
public func contentHash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.withUnsafeBytes { cxxhash_64($0.baseAddress, $0.count) }
}

/// 128 bits of an XXH3, to tell contents apart in memory.
public struct ContentFingerprint: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64

    public init(of bytes: [UInt8]) {
        let hash = bytes.withUnsafeBytes { cxxhash_128($0.baseAddress, $0.count) }
        high = hash.high
        low = hash.low
    }
}

public func contentHash(_ bytes: [UInt8]) -> UInt64 { contentHash(bytes[...]) }

extension Witness: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        var bytes: Int?
        var xxh3: String?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "bytes": bytes = try reader.read()
            case "xxh3": xxh3 = try reader.read()
            default: try reader.skip()
            }
        }
        self.bytes = try reader.require(bytes, "bytes")
        self.xxh3 = try reader.require(xxh3, "xxh3")
    }
}
