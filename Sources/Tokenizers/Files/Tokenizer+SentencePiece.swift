extension Tokenizer {
    /// Builds a tokenizer from a SentencePiece model (`tokenizer.model`): BPE or unigram.
    ///
    /// - Throws: `TokenizersError`: `unsupported` for other kinds of model, `malformed` for damage.
    public init(sentencePiece bytes: [UInt8], source: String) throws(TokenizersError) {
        let file = try SentencePieceFile(bytes, source: source)
        var names = TokenTable()
        names.reserveCapacity(file.pieces.count, byteCount: file.pieces.count * 8)
        for piece in file.pieces {
            guard names.append(piece.text) else {
                throw .malformed(
                    source: source, problem: "piece \(String(decoding: piece.text, as: UTF8.self)) appears twice")
            }
        }
        let byteTokens = file.fallsBackToBytes ? ByteTokens.table(names) : []
        var parts = TokenizerParts(source: source, model: try Self.model(file, names, byteTokens, source))
        parts.names = names
        parts.pieces = try Self.pieces(file, source)
        let added = Self.addedTokens(file)
        parts.addedTokens = added
        var normalizer = SentencePieceNormalizer(
            untouched: AddedTokens(added.filter(\.isNormalized), precedence: .leftmost),
            addsDummyPrefix: file.addsDummyPrefix, removesExtraSpaces: file.removesExtraSpaces,
            escapesSpaces: file.escapesSpaces, treatsSpaceAsSuffix: file.treatsSpaceAsSuffix)
        if !file.characterMap.isEmpty {
            guard let map = PrecompiledCharacterMap(file.characterMap) else {
                throw .malformed(source: source, problem: "the map of characters is damaged")
            }
            normalizer.characterMap = map
        }
        parts.normalizer.steps = [.sentencePiece(normalizer)]
        if file.modelType == .bytePair, names.id(of: Metaspace.mark) != nil {
            parts.preTokenizer.steps = [.cutBeforeMarks(SpaceMarkCut(names, ids: Self.mergeable(file)))]
        }
        func id(_ id: Int) -> Int? { id >= 0 && id < names.count ? id : nil }
        parts.unknownID = try parts.id(id(file.unknownID))
        parts.beginningOfSequenceID = try parts.id(id(file.beginningID))
        parts.endOfSequenceID = try parts.id(id(file.endID))
        parts.paddingID = try parts.id(id(file.paddingID))
        try self.init(parts)
    }

    /// Pieces that text is made of by merging.
    private static func mergeable(_ file: SentencePieceFile) -> [Int32] {
        file.pieces.indices.filter { file.pieces[$0].type == .normal || file.pieces[$0].type == .userDefined }
            .map { Int32($0) }
    }

    private static func model(
        _ file: SentencePieceFile, _ names: TokenTable, _ byteTokens: [Int32], _ source: String
    ) throws(TokenizersError) -> TokenModel {
        let unknown = file.pieces.firstIndex { $0.type == .unknown }.map { Int32($0) }
        switch file.modelType {
        case .bytePair:
            guard !file.pieces.contains(where: { $0.type == .unused }) else {
                throw .unsupported(source: source, what: "a BPE model with unused pieces")
            }
            var model = BytePairModel.scored(names, scores: file.pieces.map(\.score), ids: mergeable(file))
            model.byteFallback = byteTokens
            model.unknownID = unknown
            model.fusesUnknown = true
            return .bytePair(model)
        case .unigram:
            var trie = TokenTrie()
            var scores = file.pieces.map { Double($0.score) }
            let normal = file.pieces.filter { $0.type == .normal }.map(\.score)
            let highest = normal.max() ?? 0
            for (id, piece) in file.pieces.enumerated() where piece.type == .normal || piece.type == .userDefined {
                // Tokens of the user win against what they are made of.
                if piece.type == .userDefined { scores[id] = Double(Float(piece.text.count) * highest) - 0.1 }
                trie.insert(piece.text, value: Int32(id))
            }
            return .unigram(
                UnigramModel(
                    trie: trie, scores: scores, unknownID: unknown, byteFallback: byteTokens, roundsSums: true,
                    unknownScore: Double((normal.min() ?? 0) - Float(UnigramModel.unknownPenalty))))
        case .word, .character:
            throw .unsupported(source: source, what: "a SentencePiece model of type \(file.modelType)")
        }
    }

    private static func pieces(_ file: SentencePieceFile, _ source: String) throws(TokenizersError) -> TokenPieces {
        var pieces = TokenPieces()
        for piece in file.pieces {
            switch piece.type {
            case .byte:
                guard let byte = ByteTokens.byte(of: piece.text) else {
                    throw .malformed(
                        source: source, problem: "piece \(String(decoding: piece.text, as: UTF8.self)) is no byte")
                }
                pieces.strings.append([byte])
            // What SentencePiece writes for what it did not know.
            case .unknown: pieces.strings.append(Array(" \u{2047} ".utf8))
            case .control: pieces.strings.append(piece.text)
            case .normal, .userDefined, .unused: pieces.strings.append(SpaceMarks.removed(from: piece.text))
            }
        }
        if file.removesExtraSpaces {
            pieces.firstSpace = .droppedAsMarkUntilText
        } else if file.addsDummyPrefix {
            pieces.firstSpace = .droppedAsMark
        }
        return pieces
    }

    private static func addedTokens(_ file: SentencePieceFile) -> [AddedToken] {
        file.pieces.enumerated().compactMap { id, piece in
            switch piece.type {
            case .control: AddedToken(bytes: Array(piece.text), id: Int32(id), isSpecial: true)
            case .userDefined: AddedToken(bytes: Array(piece.text), id: Int32(id), isSpecial: false, isNormalized: true)
            default: nil
            }
        }
    }
}
