import DatasetFormats

/// Makes the parts of a tokenizer out of a `tokenizer.json`.
struct HuggingFaceBuilder {
    let file: HuggingFaceFile
    let source: String
    var names = TokenTable()
    var scores: [Double] = []
    var addedTokens: [AddedToken] = []

    init(_ file: HuggingFaceFile) {
        self.file = file
        source = file.source
    }

    func malformed(_ problem: String) -> TokenizersError { .malformed(source: source, problem: problem) }
    func unsupported(_ what: String) -> TokenizersError { .unsupported(source: source, what: what) }

    /// - Throws: `TokenizersError`.
    mutating func build() throws(TokenizersError) -> TokenizerParts {
        let normalizer = try HuggingFaceNormalizer(source: source).normalizer(file.object["normalizer"])
        let added = try readAddedTokens()
        try readVocabulary(added)
        addedTokens = Self.normalized(added, by: normalizer)
        let (preTokenizer, isByteLevel) = try HuggingFacePreTokenizer(source: source)
            .preTokenizer(file.object["pre_tokenizer"])
        var parts = TokenizerParts(source: source, model: try model(isByteLevel: isByteLevel))
        parts.names = names
        parts.addedTokens = addedTokens
        parts.normalizer = normalizer
        parts.preTokenizer = preTokenizer
        if preTokenizer.steps.isEmpty, !isByteLevel, case .bytePair(let model) = parts.model, model.wholeWords == nil,
            names.id(of: Metaspace.mark) != nil
        {
            parts.preTokenizer.steps = [.cutBeforeMarks(SpaceMarkCut(names, ids: (0..<Int32(names.count)).map { $0 }))]
        }
        parts.pieces = try HuggingFaceDecoder(source: source, names: names, added: Set(addedTokens.map(\.id)))
            .pieces(file.object["decoder"])
        switch parts.model {
        case .bytePair(let model): parts.unknownID = model.unknownID
        case .unigram(let model): parts.unknownID = model.unknownID
        case .wordPiece(let model): parts.unknownID = model.unknownID
        case .wordLevel(let model): parts.unknownID = model.unknownID
        }
        (parts.addsBeginningOfSequence, parts.addsEndOfSequence) = Self.additions(file.object["post_processor"])
        return parts
    }

    // MARK: Vocabulary

    private func readAddedTokens() throws(TokenizersError) -> [AddedToken] {
        var tokens: [AddedToken] = []
        for entry in file.object["added_tokens"]?.arrayValue ?? [] {
            let object = entry.objectValue ?? [:]
            guard let id = object["id"]?.intValue.flatMap({ Int32(exactly: $0) }), id >= 0,
                let text = object["content"]?.stringValue, !text.isEmpty
            else { throw malformed("an added token lacks its id or content") }
            func flag(_ key: String) -> Bool { object[key]?.boolValue ?? false }
            tokens.append(
                AddedToken(
                    bytes: Array(text.utf8), id: id, isSpecial: flag("special"), stripsLeft: flag("lstrip"),
                    stripsRight: flag("rstrip"), isSingleWord: flag("single_word"), isNormalized: flag("normalized")))
        }
        return tokens
    }

    /// Reads the vocabulary in the order of ids; added tokens may follow it, or fill its gaps.
    private mutating func readVocabulary(_ added: [AddedToken]) throws(TokenizersError) {
        let (bytes, entries) = try file.entries()
        var all = entries
        var text = bytes
        for token in added {
            let start = text.count
            text += token.bytes
            all.append(.init(id: Int(token.id), name: start..<text.count))
        }
        // A file in order needs no sorting; a sort by id keeps what was first before an added token of the same id.
        let isSorted = zip(entries, entries.dropFirst()).allSatisfy { $0.id < $1.id }
        if !isSorted || !added.allSatisfy({ Int($0.id) >= entries.count }) {
            all = all.enumerated().sorted { ($0.element.id, $0.offset) < ($1.element.id, $1.offset) }.map(\.element)
        }
        guard let last = all.last?.id, last < 2 * all.count + 1 << 16 else { throw malformed("has no tokens, or gaps") }
        names.reserveCapacity(last + 1, byteCount: text.count)
        for entry in all {
            let name = text[entry.name]
            if entry.id < names.count {
                // An added token may name one that is there.
                guard names.strings[entry.id].elementsEqual(name) else {
                    throw malformed("token \(String(decoding: name, as: UTF8.self)) has the id of another, \(entry.id)")
                }
                continue
            }
            // Ids that no token has.
            while names.count < entry.id {
                names.append([])
                scores.append(-.infinity)
            }
            guard names.append(name) else {
                throw malformed("token \(String(decoding: name, as: UTF8.self)) appears twice")
            }
            scores.append(entry.score)
        }
    }

    /// Tokens that are looked for in normalised text are normalised themselves.
    private static func normalized(_ tokens: [AddedToken], by normalizer: Normalizer) -> [AddedToken] {
        tokens.map { token in
            var token = token
            // Where nothing is changed on the way, one search finds all.
            if normalizer.isIdentity { token.isNormalized = false }
            guard token.isNormalized else { return token }
            var start = TextStart.beginning
            token.bytes = normalizer.normalize(token.bytes, &start)
            return token
        }
    }

    // MARK: Model

    private func model(isByteLevel: Bool) throws(TokenizersError) -> TokenModel {
        let type = file.model["type"]?.stringValue ?? (scores.contains { $0 != 0 } ? "Unigram" : "BPE")
        switch type {
        case "BPE": return .bytePair(try bytePairModel(isByteLevel: isByteLevel))
        case "Unigram": return .unigram(try unigramModel(isByteLevel: isByteLevel))
        case "WordPiece" where !isByteLevel:
            return .wordPiece(
                WordPieceModel(
                    names, prefix: Array((file.model["continuing_subword_prefix"]?.stringValue ?? "##").utf8),
                    unknownID: try unknownWord("[UNK]"),
                    longestWord: max(0, file.model["max_input_chars_per_word"]?.intValue ?? 100)))
        case "WordLevel" where !isByteLevel:
            return .wordLevel(WordLevelModel(names: names, unknownID: try unknownWord("<unk>")))
        default: throw unsupported("model \(type)\(isByteLevel ? " of bytes" : "")")
        }
    }

    /// What stands for a word that is no token.
    private func unknownWord(_ usual: String) throws(TokenizersError) -> Int32 {
        let unknown = file.model["unk_token"]?.stringValue ?? usual
        guard let id = names.id(of: Array(unknown.utf8)) else {
            throw malformed("the unknown token \(unknown) is not in the vocabulary")
        }
        return id
    }

    private func bytePairModel(isByteLevel: Bool) throws(TokenizersError) -> BytePairModel {
        for key in ["dropout", "continuing_subword_prefix", "end_of_word_suffix"] {
            guard let value = file.model[key], !value.isNull, value != .string(""), value.doubleValue != 0 else {
                continue
            }
            throw unsupported("model.\(key)")
        }
        var merges = MergeList(names: names, source: source, expectedCount: names.count)
        try file.readMerges(into: &merges)
        let beginning: BytePairModel.Beginning =
            isByteLevel ? .bytes(ByteLevelVocabulary.byteSymbols(names)) : .scalars(scalarSymbols())
        var model = BytePairModel(beginning: beginning, pairs: merges.pairs, vocabularySize: names.count)
        if let unknown = file.model["unk_token"]?.stringValue {
            guard let id = names.id(of: Array(unknown.utf8)) else {
                throw malformed("the unknown token \(unknown) is not in the vocabulary")
            }
            model.unknownID = id
        }
        model.dropsMissing = model.unknownID == nil
        model.fusesUnknown = file.model["fuse_unk"]?.boolValue ?? false
        if file.model["byte_fallback"]?.boolValue == true { model.byteFallback = ByteTokens.table(names) }
        if file.model["ignore_merges"]?.boolValue == true {
            model.wholeWords =
                isByteLevel ? try ByteLevelVocabulary.wholeWords(names, added: addedTokens, source: source) : names
        }
        return model
    }

    private func scalarSymbols() -> ScalarSymbols {
        var symbols = ScalarSymbols()
        let text = names.strings.bytes.span
        for id in 0..<names.count {
            let range = names.strings.range(of: id)
            guard !range.isEmpty else { continue }
            let (scalar, next) = UTF8Reading.scalar(in: text, at: range.lowerBound)
            if next == range.upperBound { symbols[scalar] = Int32(id) }
        }
        return symbols
    }

    private func unigramModel(isByteLevel: Bool) throws(TokenizersError) -> UnigramModel {
        guard !isByteLevel else { throw unsupported("a byte-level unigram model") }
        var trie = TokenTrie()
        // Added tokens that are not in the model's own list are found elsewhere.
        let count = try file.entries().entries.count
        for id in 0..<min(count, names.count) { trie.insert(names.strings[id], value: Int32(id)) }
        let unknown = file.model["unk_id"]?.intValue
        if let unknown, unknown < 0 || unknown >= count { throw malformed("unk_id \(unknown) is out of range") }
        let lowest = scores.prefix(count).min() ?? 0
        return UnigramModel(
            trie: trie, scores: scores, unknownID: unknown.map { Int32($0) },
            byteFallback: file.model["byte_fallback"]?.boolValue == true ? ByteTokens.table(names) : [],
            unknownScore: lowest - UnigramModel.unknownPenalty)
    }

    // MARK: Beginning and end

    /// Whether the post-processor puts a special token before a text, and after it.
    private static func additions(_ value: JSONValue?) -> (Bool, Bool) {
        guard let object = value?.objectValue else { return (false, false) }
        switch object["type"]?.stringValue {
        case "TemplateProcessing":
            let single = object["single"]?.arrayValue ?? []
            func isSpecial(_ value: JSONValue?) -> Bool { value?.objectValue?["SpecialToken"] != nil }
            return (isSpecial(single.first), isSpecial(single.last))
        case "BertProcessing", "RobertaProcessing": return (true, true)
        case "Sequence":
            var result = (false, false)
            for processor in object["processors"]?.arrayValue ?? [] {
                let one = additions(processor)
                result = (result.0 || one.0, result.1 || one.1)
            }
            return result
        default: return (false, false)
        }
    }
}
