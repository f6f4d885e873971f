import DatasetFormats

extension Tokenizer {
    /// Builds a tokenizer from a tiktoken file.
    ///
    /// - Parameters:
    ///   - bytes: lines of tokens in base 64 and their ranks.
    ///   - encoding: the pattern that cuts the text.
    ///   - specialTokens: the names of control tokens, whose ids follow the last rank.
    /// - Throws: `TokenizersError.malformed`.
    public init(
        tiktoken bytes: [UInt8], encoding: TiktokenEncoding, specialTokens: [String] = [], source: String
    ) throws(TokenizersError) {
        var names = try TiktokenFile.tokens(bytes, source: source)
        let count = names.count
        for special in specialTokens {
            guard names.append(special.utf8) else {
                throw .malformed(source: source, problem: "special token \(special) is there already")
            }
        }
        try self.init(
            Self.ranked(names, specials: count..<names.count, encoding.pattern, source))
    }

    /// Builds a tokenizer from Mistral's `tekken.json`, whose first ids are control tokens.
    ///
    /// - Throws: `TokenizersError`.
    public init(tekken bytes: [UInt8], source: String) throws(TokenizersError) {
        let file = try TekkenFile(bytes, source: source)
        try self.init(Self.ranked(file.tokens, specials: 0..<file.specialTokens.count, file.pattern, source))
    }

    private static func ranked(
        _ names: TokenTable, specials: Range<Int>, _ pattern: String, _ source: String
    ) throws(TokenizersError) -> TokenizerParts {
        let splitter: Splitter
        do {
            splitter = try Splitter(pattern: pattern)
        } catch {
            throw .unsupported(source: source, what: "the pattern \(pattern)")
        }
        var ordinary = TokenTable()
        ordinary.reserveCapacity(names.count, byteCount: names.strings.bytes.count)
        // Control tokens keep their places and are not found: no word is empty.
        for id in 0..<names.count { ordinary.append(specials.contains(id) ? [] : names.strings[id]) }
        var model = BytePairModel.ranked(ordinary)
        model.wholeWords = ordinary
        var parts = TokenizerParts(source: source, model: .bytePair(model))
        parts.names = names
        parts.pieces.strings = names.strings
        parts.addedTokens = specials.map {
            AddedToken(bytes: Array(names.strings[$0]), id: Int32($0), isSpecial: true)
        }
        parts.preTokenizer.steps = [.split(splitter, .isolated, inverted: false)]
        parts.beginningOfSequenceID = names.id(of: Array("<s>".utf8)).flatMap { specials.contains(Int($0)) ? $0 : nil }
        parts.endOfSequenceID = names.id(of: Array("</s>".utf8)).flatMap { specials.contains(Int($0)) ? $0 : nil }
        return parts
    }
}
