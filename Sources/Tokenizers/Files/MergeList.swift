/// Builds the pairs of a model from a list of merges.
struct MergeList {
    let names: TokenTable
    let source: String
    private(set) var pairs: PairTable
    private var count = 0
    private var joined: [UInt8] = []

    init(names: TokenTable, source: String, expectedCount: Int) {
        self.names = names
        self.source = source
        pairs = PairTable(minimumCapacity: expectedCount)
    }

    /// Adds the next merge.
    ///
    /// - Throws: `TokenizersError.malformed` where a token of it is not in the vocabulary.
    mutating func append(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) throws(TokenizersError) {
        joined.removeAll(keepingCapacity: true)
        joined += left
        joined += right
        guard let (leftID, rightID, result) = ids(middle: left.count) else {
            let words = [left, right].map { String(decoding: $0, as: UTF8.self) }
            throw .malformed(
                source: source,
                problem: "merge \(count), \(words[0]) \(words[1]), names tokens that are not in the vocabulary")
        }
        guard let rank = Int32(exactly: count) else { throw .malformed(source: source, problem: "too many merges") }
        pairs.insert(leftID, rightID, .init(rank: rank, result: result))
        count += 1
    }

    private func ids(middle: Int) -> (Int32, Int32, Int32)? {
        let text = joined.span
        guard let left = names.id(of: text, 0..<middle), let right = names.id(of: text, middle..<text.count),
            let result = names.id(of: text, 0..<text.count)
        else { return nil }
        return (left, right, result)
    }

    /// Adds the next merge, written with a space between its tokens.
    mutating func append(_ merge: ArraySlice<UInt8>) throws(TokenizersError) {
        let parts = merge.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw .malformed(
                source: source, problem: "merge \"\(String(decoding: merge, as: UTF8.self))\" is not two tokens")
        }
        try append(parts[0], parts[1])
    }
}
