/// What a GGUF file says about its tokenizer, under `tokenizer.ggml.*`.
public struct GGUFTokenizerMetadata: Sendable {
    public var source: String
    public var model: String
    public var preTokenizer: String
    public var tokens: [String]
    /// 1 normal, 3 control, 4 user-defined, …
    public var tokenTypes: [Int]
    public var merges: [String]
    public var beginningOfSequenceID: Int?
    public var endOfSequenceID: Int?
    public var paddingID: Int?
    public var addsBeginningOfSequence: Bool

    public init(
        source: String, model: String, preTokenizer: String, tokens: [String], tokenTypes: [Int], merges: [String],
        beginningOfSequenceID: Int?, endOfSequenceID: Int?, paddingID: Int?, addsBeginningOfSequence: Bool
    ) {
        self.source = source
        self.model = model
        self.preTokenizer = preTokenizer
        self.tokens = tokens
        self.tokenTypes = tokenTypes
        self.merges = merges
        self.beginningOfSequenceID = beginningOfSequenceID
        self.endOfSequenceID = endOfSequenceID
        self.paddingID = paddingID
        self.addsBeginningOfSequence = addsBeginningOfSequence
    }
}

extension Tokenizer {
    /// llama.cpp's names of pre-tokenisers that we have.
    private static let preTokenizers: [String: PreTokenizer] = [
        "gpt-2": .gpt2, "default": .gpt2, "smollm": .digitsThenGPT2,
    ]

    /// - Throws: `TokenizersError`: `unsupported` for other kinds of tokenizer, `malformed` for contradictions.
    public convenience init(gguf metadata: GGUFTokenizerMetadata) throws(TokenizersError) {
        let source = metadata.source
        guard metadata.model == "gpt2" else {
            throw .unsupported(source: source, what: "tokenizer model \(metadata.model)")
        }
        guard let preTokenizer = Self.preTokenizers[metadata.preTokenizer] else {
            throw .unsupported(source: source, what: "pre-tokeniser \(metadata.preTokenizer)")
        }
        guard metadata.tokenTypes.count == metadata.tokens.count else {
            throw .malformed(
                source: source,
                problem: "\(metadata.tokenTypes.count) token types for \(metadata.tokens.count) tokens")
        }
        var merges: [(String, String)] = []
        merges.reserveCapacity(metadata.merges.count)
        for merge in metadata.merges { merges.append(try Self.pair(merge, source: source)) }
        func id(_ value: Int?) throws(TokenizersError) -> Int32? {
            guard let value else { return nil }
            guard let id = Int32(exactly: value) else {
                throw .malformed(source: source, problem: "special token id \(value) is out of range")
            }
            return id
        }
        func ids(ofTypes types: Set<Int>) -> Set<Int32> {
            Set(metadata.tokenTypes.indices.filter { types.contains(metadata.tokenTypes[$0]) }.map { Int32($0) })
        }
        try self.init(
            Parts(
                source: source, tokens: metadata.tokens, merges: merges, preTokenizer: preTokenizer,
                addedIDs: ids(ofTypes: [3, 4]), specialIDs: ids(ofTypes: [3]),
                beginningOfSequenceID: try id(metadata.beginningOfSequenceID),
                endOfSequenceID: try id(metadata.endOfSequenceID), paddingID: try id(metadata.paddingID),
                addsBeginningOfSequence: metadata.addsBeginningOfSequence))
    }

    /// The two tokens of a merge written with a space between them.
    static func pair(_ merge: String, source: String) throws(TokenizersError) -> (String, String) {
        let parts = merge.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw .malformed(source: source, problem: "merge \"\(merge)\" is not two tokens")
        }
        return (String(parts[0]), String(parts[1]))
    }
}
