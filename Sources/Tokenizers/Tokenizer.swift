/// Turns text into token ids and back.
///
/// A text goes through added tokens, a normaliser, a pre-tokeniser and a model, in this order; `docs/tokenizers.md`
/// says what each kind of file makes of these.
public struct Tokenizer: Sendable {
    public let beginningOfSequenceID: Int32?
    public let endOfSequenceID: Int32?
    public let paddingID: Int32?
    public let unknownID: Int32?
    /// Whether the model expects the beginning-of-sequence token before its text; encoding never adds it.
    public let addsBeginningOfSequence: Bool
    /// Whether the model expects the end-of-sequence token after its text; encoding never adds it.
    public let addsEndOfSequence: Bool
    /// Control tokens: ordinary text should not be able to make them.
    public let specialIDs: Set<Int32>

    /// Each token as its vocabulary writes it.
    let names: TokenTable
    let pieces: TokenPieces
    /// Tokens found in the text as it came.
    let rawTokens: AddedTokens
    /// Tokens found in normalised text.
    let normalizedTokens: AddedTokens
    let normalizer: Normalizer
    let preTokenizer: PreTokenizer
    let model: TokenModel
    /// Tokens at which a text is cut before it is normalised.
    private let addedIDs: Set<Int32>
    let workspaces = WorkspacePool()

    /// - Throws: `TokenizersError.malformed` where a special token's id is out of range.
    init(_ parts: TokenizerParts) throws(TokenizersError) {
        for id in [parts.beginningOfSequenceID, parts.endOfSequenceID, parts.paddingID, parts.unknownID] {
            guard let id, id < 0 || Int(id) >= parts.names.count else { continue }
            throw .malformed(source: parts.source, problem: "special token id \(id) is out of range")
        }
        beginningOfSequenceID = parts.beginningOfSequenceID
        endOfSequenceID = parts.endOfSequenceID
        paddingID = parts.paddingID
        unknownID = parts.unknownID
        addsBeginningOfSequence = parts.addsBeginningOfSequence
        addsEndOfSequence = parts.addsEndOfSequence
        addedIDs = Set(parts.addedTokens.map(\.id))
        specialIDs = Set(parts.addedTokens.filter(\.isSpecial).map(\.id))
        names = parts.names
        pieces = parts.pieces
        let tokens = parts.addedTokens.filter { !$0.bytes.isEmpty }
        rawTokens = AddedTokens(tokens.filter { !$0.isNormalized }, precedence: parts.precedence)
        normalizedTokens = AddedTokens(tokens.filter(\.isNormalized), precedence: parts.precedence)
        normalizer = parts.normalizer
        preTokenizer = parts.preTokenizer
        model = parts.model
    }

    /// Where a text begins that follows a token.
    func start(after token: Int32?) -> TextStart {
        guard let token else { return .beginning }
        return addedIDs.contains(token) ? .segment : .continuation
    }

    public var vocabularySize: Int { names.count }

    /// The id of a token by its name in the vocabulary.
    public func tokenID(for name: String) -> Int32? { names.id(of: Array(name.utf8)) }

    /// The name of a token in the vocabulary.
    public func token(at id: Int32) -> String? {
        id >= 0 && Int(id) < names.count ? String(decoding: names.strings[Int(id)], as: UTF8.self) : nil
    }
}
