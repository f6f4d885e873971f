/// Writes the tokens of neighbouring rows as one token shard: docs/token-shards.md.
public struct TokenShardWriter {
    private let bytesPerToken: Int
    private var data: [UInt8] = []
    private var table: [UInt8] = []
    private var skipped: [UInt32] = []
    private var rowCount = 0
    public private(set) var sequenceCount = 0
    public private(set) var tokenCount = 0
    public private(set) var supervisedCount = 0

    /// - Parameter vocabularySize: ids are below it; small ones take two bytes each.
    public init(vocabularySize: Int) { bytesPerToken = vocabularySize <= 1 << 16 ? 2 : 4 }

    /// Appends the next row.
    ///
    /// - Parameters:
    ///   - hash: the row's, as `EvaluationSplit.hash(_:)` makes it.
    ///   - row: its tokens; nil for a row that cannot be learnt from.
    /// - Throws: `StreamingLoaderError.malformedTokenShard` for more rows or longer ones than a shard can have, or an id
    ///   that is not in the vocabulary.
    public mutating func append(hash: UInt64, _ row: EncodedRow?) throws(StreamingLoaderError) {
        guard rowCount < Int(UInt32.max) else { throw .malformedTokenShard(source: "tokens", problem: "too many rows") }
        if let row {
            for sequence in row.sequences { try append(sequence, hash: hash) }
        } else {
            skipped.append(UInt32(rowCount))
        }
        rowCount += 1
    }

    private mutating func append(_ sequence: EncodedRow.Sequence, hash: UInt64) throws(StreamingLoaderError) {
        let example = sequence.example
        guard let role = TokenShardLayout.roles.firstIndex(of: sequence.role), example.count <= Int(UInt32.max) / 16,
            let fullCount = UInt32(exactly: sequence.fullCount)
        else { throw .malformedTokenShard(source: "row \(rowCount)", problem: "cannot be kept as tokens") }
        let start = data.count
        for id in example.tokenIDs {
            guard id >= 0, bytesPerToken == 4 || id <= Int32(UInt16.max) else {
                throw .malformedTokenShard(source: "row \(rowCount)", problem: "token \(id) is not in the vocabulary")
            }
            if bytesPerToken == 2 {
                data.appendLittleEndian(UInt16(id))
            } else {
                data.appendLittleEndian(id)
            }
        }
        let labels = LabelRuns(example)
        for span in labels.spans {
            data.appendLittleEndian(UInt32(span.lowerBound))
            data.appendLittleEndian(UInt32(span.count))
        }
        for exception in labels.exceptions {
            data.appendLittleEndian(UInt32(exception.place))
            data.appendLittleEndian(exception.label)
        }
        table.appendLittleEndian(hash)
        table.appendLittleEndian(UInt64(start))
        for number in [
            UInt32(rowCount), UInt32(example.count), fullCount, UInt32(example.supervisedTokenCount),
            UInt32(labels.spans.count), UInt32(labels.exceptions.count), UInt32(role), 0,
        ] { table.appendLittleEndian(number) }
        sequenceCount += 1
        tokenCount += example.count
        supervisedCount += example.supervisedTokenCount
    }

    /// The shard.
    public func bytes() -> [UInt8] {
        var bytes = TokenShardLayout.magic
        bytes.appendLittleEndian(TokenShardLayout.version)
        bytes.appendLittleEndian(UInt32(bytesPerToken))
        let tableStart = TokenShardLayout.headerSize + data.count
        for number in [rowCount, sequenceCount, skipped.count, tokenCount, tableStart, 0] {
            bytes.appendLittleEndian(UInt64(number))
        }
        bytes.reserveCapacity(tableStart + table.count + skipped.count * 4)
        bytes += data
        bytes += table
        for row in skipped { bytes.appendLittleEndian(row) }
        return bytes
    }
}
