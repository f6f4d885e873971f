import DatasetFormats

extension GGUFTokenizerMetadata {
    /// What a GGUF file has to say for a `tokenizer.json` of byte-pair encoding, byte-level or with byte fallback.
    ///
    /// - Parameters:
    ///   - configuration: `tokenizer_config.json`.
    ///   - vocabularySize: the model's; tokens that only fill it up are marked as unused.
    /// - Throws: `TokenizersError`: `unsupported` naming the part that llama.cpp does not have, `malformed`.
    public init(
        huggingFace text: [UInt8], configuration: JSONObject?, source: String, vocabularySize: Int
    ) throws(TokenizersError) {
        let file = try HuggingFaceFile(text, source: source)
        var builder = HuggingFaceBuilder(file)
        let parts = try builder.build()
        let tokenizer = try Tokenizer(huggingFace: text, configuration: configuration, source: source)
        guard case .bytePair(let model) = parts.model else {
            throw .unsupported(source: source, what: "a unigram tokenizer in GGUF")
        }
        var tokens: [String] = []
        var types: [Int] = []
        for id in 0..<max(vocabularySize, parts.names.count) {
            let name = id < parts.names.count ? String(decoding: parts.names.strings[id], as: UTF8.self) : ""
            tokens.append(name.isEmpty ? "[PAD\(id)]" : name)
            types.append(name.isEmpty ? 5 : 1)
        }
        for added in parts.addedTokens { types[Int(added.id)] = added.isSpecial ? 3 : 4 }
        self.init(
            source: source, model: "gpt2", preTokenizer: "default", tokens: tokens, tokenTypes: types, merges: [],
            beginningOfSequenceID: tokenizer.beginningOfSequenceID.map { Int($0) },
            endOfSequenceID: tokenizer.endOfSequenceID.map { Int($0) },
            paddingID: tokenizer.paddingID.map { Int($0) }, unknownID: tokenizer.unknownID.map { Int($0) },
            addsBeginningOfSequence: tokenizer.addsBeginningOfSequence,
            addsEndOfSequence: tokenizer.addsEndOfSequence)
        if case .bytes = model.beginning {
            try setByteLevel(file)
        } else {
            try setScored(file, names: parts.names, hasByteFallback: !model.byteFallback.isEmpty)
        }
    }

    private mutating func setByteLevel(_ file: HuggingFaceFile) throws(TokenizersError) {
        var merges: [String] = []
        try file.forEachMerge { text, middle throws(TokenizersError) in
            let whole =
                middle.map {
                    String(decoding: text[..<$0], as: UTF8.self) + " " + String(decoding: text[$0...], as: UTF8.self)
                }
                ?? String(decoding: text, as: UTF8.self)
            merges.append(whole)
        }
        self.merges = merges
        // llama.cpp has no normaliser for these; Qwen's, which composes letters and accents, is left out by everyone.
        let normalizer = file.object["normalizer"]?.objectValue?["type"]?.stringValue
        guard file.object["normalizer"]?.isNull ?? true || normalizer == "NFC" else {
            throw .unsupported(source: source, what: "the normalizer of a byte-level tokenizer in GGUF")
        }
        let expressions = try Self.expressions(file.object["pre_tokenizer"], source: source)
        guard let name = LlamaCppPreTokenizers.name(of: expressions) else {
            throw .unsupported(
                source: source, what: "the pre_tokenizer \(expressions.joined(separator: ", then ")) in GGUF")
        }
        preTokenizer = name
    }

    /// The regular expressions of a pre-tokeniser, which cut one after another.
    private static func expressions(
        _ value: JSONValue?, source: String, depth: Int = 0
    ) throws(TokenizersError) -> [String] {
        guard let object = value?.objectValue, depth < 16 else { return [] }
        let type = object["type"]?.stringValue ?? ""
        switch type {
        case "Sequence":
            var all: [String] = []
            for step in object["pretokenizers"]?.arrayValue ?? [] {
                all += try expressions(step, source: source, depth: depth + 1)
            }
            return all
        case "ByteLevel":
            guard object["add_prefix_space"]?.boolValue == false else {
                throw .unsupported(source: source, what: "add_prefix_space in GGUF")
            }
            return object["use_regex"]?.boolValue ?? true ? [WordPattern.gpt2Text] : []
        case "Digits" where object["individual_digits"]?.boolValue == true: return [#"\p{N}"#]
        case "Split":
            guard let text = object["pattern"]?.objectValue?["Regex"]?.stringValue,
                object["behavior"]?.stringValue == "Isolated", object["invert"]?.boolValue != true
            else { throw .unsupported(source: source, what: "a Split that does not isolate an expression in GGUF") }
            return [text]
        default: throw .unsupported(source: source, what: "pre_tokenizer \(type) in GGUF")
        }
    }

    /// As SentencePiece keeps it: the sooner a token is merged, the higher is its score.
    private mutating func setScored(
        _ file: HuggingFaceFile, names: TokenTable, hasByteFallback: Bool
    ) throws(TokenizersError) {
        guard hasByteFallback else {
            throw .unsupported(source: source, what: "byte-pair encoding of characters without byte fallback in GGUF")
        }
        model = "llama"
        var scores = [Float](repeating: -.infinity, count: tokens.count)
        var rank: Float = 0
        try file.forEachMerge { text, middle throws(TokenizersError) in
            let joined = text.filter { middle != nil || $0 != 0x20 }
            if let id = names.id(of: joined), scores[Int(id)] == -.infinity { scores[Int(id)] = -rank }
            rank += 1
        }
        self.scores = scores.map { $0 == -.infinity ? -rank - 1 : $0 }
        for id in tokens.indices where tokenTypes[id] == 1 && ByteTokens.byte(of: names.strings[id]) != nil {
            tokenTypes[id] = 6
        }
        if let unknownID { tokenTypes[unknownID] = 2 }
        addsSpacePrefix = try Self.addsPrefix(file)
    }

    /// Whether a space is put before the text; anything else that is done to it is refused.
    private static func addsPrefix(_ file: HuggingFaceFile) throws(TokenizersError) -> Bool {
        func steps(_ value: JSONValue?, list: String) -> [JSONObject] {
            guard let object = value?.objectValue else { return [] }
            guard object["type"]?.stringValue == "Sequence" else { return [object] }
            return (object[list]?.arrayValue ?? []).compactMap(\.objectValue)
        }
        var adds = false
        for step in steps(file.object["normalizer"], list: "normalizers") {
            switch step["type"]?.stringValue ?? "" {
            case "Prepend" where step["prepend"] == .string("\u{2581}"): adds = true
            case "Replace"
            where step["content"] == .string("\u{2581}")
                && step["pattern"]?.objectValue?["String"] == .string(" "):
                break
            case let type: throw .unsupported(source: file.source, what: "normalizer \(type) in GGUF")
            }
        }
        for step in steps(file.object["pre_tokenizer"], list: "pretokenizers") {
            switch step["type"]?.stringValue ?? "" {
            case "Metaspace":
                let scheme = step["prepend_scheme"]?.stringValue
                adds = adds || scheme.map { $0 != "never" } ?? step["add_prefix_space"]?.boolValue ?? true
            // A cut at spaces, of which none are left.
            case "Split" where step["pattern"]?.objectValue?["String"] == .string(" "): break
            case let type: throw .unsupported(source: file.source, what: "pre_tokenizer \(type) in GGUF")
            }
        }
        return adds
    }

    /// What a GGUF file has to say for SentencePiece's `tokenizer.model` of byte-pair encoding.
    ///
    /// - Throws: `TokenizersError`.
    public init(
        sentencePiece bytes: [UInt8], source: String, vocabularySize: Int
    ) throws(TokenizersError) {
        let file = try SentencePieceFile(bytes, source: source)
        guard file.modelType == .bytePair else {
            throw .unsupported(source: source, what: "a SentencePiece model that is no byte-pair encoding in GGUF")
        }
        guard file.characterMap.isEmpty, !file.removesExtraSpaces, !file.treatsSpaceAsSuffix, file.escapesSpaces else {
            throw .unsupported(source: source, what: "a SentencePiece normaliser in GGUF")
        }
        let padding = file.pieces.count..<max(vocabularySize, file.pieces.count)
        func id(_ id: Int) -> Int? { id >= 0 && id < file.pieces.count ? id : nil }
        self.init(
            source: source, model: "llama", preTokenizer: "default",
            tokens: file.pieces.map { String(decoding: $0.text, as: UTF8.self) } + padding.map { "[PAD\($0)]" },
            tokenTypes: file.pieces.map(\.type.rawValue) + padding.map { _ in 5 },
            scores: file.pieces.map(\.score) + padding.map { _ in -10000 }, merges: [],
            beginningOfSequenceID: id(file.beginningID), endOfSequenceID: id(file.endID),
            paddingID: id(file.paddingID), unknownID: id(file.unknownID), addsBeginningOfSequence: true,
            addsSpacePrefix: file.addsDummyPrefix)
    }
}
