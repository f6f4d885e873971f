extension Tokenizer {
    /// Builds the tokenizer that llama.cpp builds from a GGUF file.
    ///
    /// - Throws: `TokenizersError`: `unsupported` for other kinds of tokenizer, `malformed` for contradictions.
    public init(gguf metadata: GGUFTokenizerMetadata) throws(TokenizersError) {
        let source = metadata.source
        guard metadata.tokenTypes.count == metadata.tokens.count else {
            throw .malformed(
                source: source,
                problem: "\(metadata.tokenTypes.count) token types for \(metadata.tokens.count) tokens")
        }
        var parts: TokenizerParts
        switch metadata.model {
        case "gpt2": parts = try Self.byteLevel(metadata)
        case "llama": parts = try Self.scored(metadata)
        default: throw .unsupported(source: source, what: "tokenizer model \(metadata.model)")
        }
        parts.precedence = .longest
        parts.beginningOfSequenceID = try parts.id(metadata.beginningOfSequenceID)
        parts.endOfSequenceID = try parts.id(metadata.endOfSequenceID)
        parts.paddingID = try parts.id(metadata.paddingID)
        parts.unknownID = try parts.id(metadata.unknownID)
        parts.addsBeginningOfSequence = metadata.addsBeginningOfSequence
        parts.addsEndOfSequence = metadata.addsEndOfSequence
        try self.init(parts)
    }

    private static func names(_ metadata: GGUFTokenizerMetadata) throws(TokenizersError) -> TokenTable {
        var names = TokenTable()
        names.reserveCapacity(metadata.tokens.count, byteCount: metadata.tokens.count * 8)
        for token in metadata.tokens {
            guard names.append(token.utf8) else {
                throw .malformed(source: metadata.source, problem: "token \(token) appears twice")
            }
        }
        return names
    }

    /// Control tokens, unknown ones, which are found only when special tokens are, and those of the user.
    private static func addedTokens(_ metadata: GGUFTokenizerMetadata) -> [AddedToken] {
        metadata.tokens.indices.compactMap { index in
            let type = metadata.tokenTypes[index]
            guard type == 2 || type == 3 || type == 4 else { return nil }
            return AddedToken(bytes: Array(metadata.tokens[index].utf8), id: Int32(index), isSpecial: type != 4)
        }
    }

    private static func byteLevel(_ metadata: GGUFTokenizerMetadata) throws(TokenizersError) -> TokenizerParts {
        guard let preTokenizer = LlamaCppPreTokenizers.named(metadata.preTokenizer) else {
            throw .unsupported(source: metadata.source, what: "pre-tokeniser \(metadata.preTokenizer)")
        }
        let names = try names(metadata)
        let added = addedTokens(metadata)
        let pieces = try ByteLevelVocabulary.pieces(
            names, added: Set(added.map(\.id)), source: metadata.source)
        var merges = MergeList(names: names, source: metadata.source, expectedCount: metadata.merges.count)
        for merge in metadata.merges { try merges.append(ArraySlice(merge.utf8)) }
        var model = BytePairModel(
            beginning: .bytes(ByteLevelVocabulary.byteSymbols(names)), pairs: merges.pairs, vocabularySize: names.count)
        if LlamaCppPreTokenizers.ignoringMerges.contains(metadata.preTokenizer) {
            var whole = TokenTable()
            whole.reserveCapacity(names.count, byteCount: names.strings.bytes.count)
            for id in 0..<names.count { whole.append(pieces.strings[id]) }
            model.wholeWords = whole
        }
        var parts = TokenizerParts(source: metadata.source, model: .bytePair(model))
        parts.names = names
        parts.pieces = pieces
        parts.addedTokens = added
        parts.preTokenizer = preTokenizer
        return parts
    }

    private static func scored(_ metadata: GGUFTokenizerMetadata) throws(TokenizersError) -> TokenizerParts {
        guard metadata.scores.count == metadata.tokens.count else {
            throw .malformed(
                source: metadata.source, problem: "\(metadata.scores.count) scores for \(metadata.tokens.count) tokens")
        }
        let names = try names(metadata)
        var pieces = TokenPieces()
        for index in 0..<names.count {
            let name = names.strings[index]
            switch metadata.tokenTypes[index] {
            case 2, 3, 4: pieces.strings.append(name)
            case 6:
                guard let byte = ByteTokens.byte(of: name) else {
                    throw .malformed(
                        source: metadata.source, problem: "token \(index), \(metadata.tokens[index]), is no byte")
                }
                pieces.strings.append([byte])
            default: pieces.strings.append(SpaceMarks.removed(from: name))
            }
        }
        // llama.cpp merges towards any token of the vocabulary, whatever its type.
        let all = (0..<Int32(names.count)).map { $0 }
        var model = BytePairModel.scored(names, scores: metadata.scores, ids: all)
        model.byteFallback = ByteTokens.table(names)
        model.unknownID = metadata.unknownID.flatMap { Int32(exactly: $0) }
        var parts = TokenizerParts(source: metadata.source, model: .bytePair(model))
        parts.names = names
        parts.addedTokens = addedTokens(metadata)
        parts.normalizer.steps = [.replacePattern(.literal([0x20]), with: Metaspace.mark)]
        if metadata.addsSpacePrefix ?? true {
            parts.normalizer.steps.insert(.prepend([0x20]), at: 0)
            pieces.firstSpace = .droppedAsMark
        }
        parts.pieces = pieces
        if names.id(of: Metaspace.mark) != nil {
            parts.preTokenizer.steps = [.cutBeforeMarks(SpaceMarkCut(names, ids: all))]
        }
        return parts
    }
}
