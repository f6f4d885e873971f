/// What a GGUF file says about its tokenizer, under `tokenizer.ggml.*`.
public struct GGUFTokenizerMetadata: Sendable {
    public var source: String
    public var model: String
    public var preTokenizer: String
    public var tokens: [String]
    /// 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 a byte.
    public var tokenTypes: [Int]
    /// For `model` llama: the token whose score is highest goes first. Empty otherwise.
    public var scores: [Float]
    /// For `model` gpt2. Empty otherwise.
    public var merges: [String]
    public var beginningOfSequenceID: Int?
    public var endOfSequenceID: Int?
    public var paddingID: Int?
    public var unknownID: Int?
    public var addsBeginningOfSequence: Bool
    public var addsEndOfSequence: Bool
    /// Whether a space is put before text; nil where the file does not say, which means yes for `model` llama.
    public var addsSpacePrefix: Bool?

    public init(
        source: String, model: String, preTokenizer: String, tokens: [String], tokenTypes: [Int],
        scores: [Float] = [], merges: [String], beginningOfSequenceID: Int?, endOfSequenceID: Int?, paddingID: Int?,
        unknownID: Int? = nil, addsBeginningOfSequence: Bool, addsEndOfSequence: Bool = false,
        addsSpacePrefix: Bool? = nil
    ) {
        self.source = source
        self.model = model
        self.preTokenizer = preTokenizer
        self.tokens = tokens
        self.tokenTypes = tokenTypes
        self.scores = scores
        self.merges = merges
        self.beginningOfSequenceID = beginningOfSequenceID
        self.endOfSequenceID = endOfSequenceID
        self.paddingID = paddingID
        self.unknownID = unknownID
        self.addsBeginningOfSequence = addsBeginningOfSequence
        self.addsEndOfSequence = addsEndOfSequence
        self.addsSpacePrefix = addsSpacePrefix
    }
}
