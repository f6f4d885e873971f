/// The layout of a token shard, docs/token-shards.md. All numbers are little-endian.
enum TokenShardLayout {
    static let magic = Array("dstokens".utf8)
    static let version: UInt32 = 1
    static let headerSize = 64
    static let recordSize = 48
    static let spanSize = 8
    static let exceptionSize = 8

    /// Where each number of a header is.
    enum Header {
        static let version = 8
        static let bytesPerToken = 12
        static let rows = 16
        static let sequences = 24
        static let skipped = 32
        static let tokens = 40
        static let table = 48
    }

    /// Where each number of a sequence's record is.
    enum Record {
        static let rowHash = 0
        static let data = 8
        static let row = 16
        static let tokens = 20
        static let fullTokens = 24
        static let supervised = 28
        static let spans = 32
        static let exceptions = 36
        static let role = 40
    }

    /// Roles by their numbers in a record; only ever added to.
    static let roles: [EncodedRow.Sequence.Role] = [
        .answer, .chosen, .rejected, .desirable, .undesirable, .text, .mismatched,
    ]
}

extension [UInt8] {
    mutating func appendLittleEndian(_ value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    /// A number that the caller knows to be there.
    func littleEndian<Value: FixedWidthInteger>(_ type: Value.Type, at offset: Int) -> Value {
        withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Value.self)) }
    }
}
