/// What a tokenizer consists of, whatever file it came from.
struct TokenizerParts {
    var source: String
    var names = TokenTable()
    var pieces = TokenPieces()
    var addedTokens: [AddedToken] = []
    var precedence = AddedTokens.Precedence.leftmost
    var normalizer = Normalizer()
    var preTokenizer = PreTokenizer()
    var model: TokenModel
    var beginningOfSequenceID: Int32?
    var endOfSequenceID: Int32?
    var paddingID: Int32?
    var unknownID: Int32?
    var addsBeginningOfSequence = false
    var addsEndOfSequence = false

    func malformed(_ problem: String) -> TokenizersError { .malformed(source: source, problem: problem) }

    /// An id as a file writes it.
    ///
    /// - Throws: `TokenizersError.malformed` where it is out of range.
    func id(_ value: Int?) throws(TokenizersError) -> Int32? {
        guard let value else { return nil }
        guard let id = Int32(exactly: value), id >= 0, Int(id) < names.count else {
            throw malformed("special token id \(value) is out of range")
        }
        return id
    }
}
