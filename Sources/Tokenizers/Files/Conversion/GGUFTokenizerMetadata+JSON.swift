import DatasetFormats

extension GGUFTokenizerMetadata {
    /// The text of a `tokenizer.json` that gives the same tokens.
    ///
    /// - Throws: `TokenizersError`: `unsupported` for a kind of tokenizer that is not known, `malformed`.
    public func huggingFaceTokenizer() throws(TokenizersError) -> [UInt8] {
        guard tokens.count == tokenTypes.count else {
            throw .malformed(source: source, problem: "\(tokenTypes.count) token types for \(tokens.count) tokens")
        }
        var parts: JSONObject = [
            "version": .string("1.0"), "truncation": .null, "padding": .null, "added_tokens": .array(addedTokens),
        ]
        var model: JSONObject = [
            "type": .string("BPE"), "dropout": .null, "continuing_subword_prefix": .null, "end_of_word_suffix": .null,
        ]
        let pairs: [(String, String)]
        switch self.model {
        case "gpt2": pairs = try setByteLevel(&parts, &model)
        case "llama": pairs = try setScored(&parts, &model)
        default: throw .unsupported(source: source, what: "tokenizer model \(self.model)")
        }
        parts["post_processor"] = postProcessor
        // The vocabulary and the merges are long: they are written as text, behind the rest.
        var text = JSONWriter.bytes(.object(parts), style: .compact)
        text.removeLast()
        text += Array(",\"model\":".utf8) + JSONWriter.bytes(.object(model), style: .compact)
        text.removeLast()
        text += Array(",\"vocab\":{".utf8)
        for (id, token) in tokens.enumerated() {
            if id > 0 { text.append(UInt8(ascii: ",")) }
            JSONWriter.writeString(token, to: &text)
            text += Array(":\(id)".utf8)
        }
        text += Array("},\"merges\":[".utf8)
        for (index, (left, right)) in pairs.enumerated() {
            text += Array(index > 0 ? ",[".utf8 : "[".utf8)
            JSONWriter.writeString(left, to: &text)
            text.append(UInt8(ascii: ","))
            JSONWriter.writeString(right, to: &text)
            text.append(UInt8(ascii: "]"))
        }
        return text + Array("]}}\n".utf8)
    }

    /// The `tokenizer_config.json` that goes with it.
    public func huggingFaceConfiguration(maximumPositions: Int, chatTemplate: String?) -> JSONObject {
        func name(_ id: Int?) -> JSONValue {
            id.flatMap { tokens.indices.contains($0) ? tokens[$0] : nil }.map { .string($0) } ?? .null
        }
        var configuration: JSONObject = [
            "tokenizer_class": .string("PreTrainedTokenizerFast"), "clean_up_tokenization_spaces": .bool(false),
            "model_max_length": .int(maximumPositions), "bos_token": name(beginningOfSequenceID),
            "eos_token": name(endOfSequenceID), "pad_token": name(paddingID), "unk_token": name(unknownID),
            "add_bos_token": .bool(addsBeginningOfSequence), "add_eos_token": .bool(addsEndOfSequence),
        ]
        if let chatTemplate { configuration["chat_template"] = .string(chatTemplate) }
        return configuration
    }

    /// Tokens that are looked for in the text as it came. Those of the user that stand for spaces are made by merging.
    private var addedTokens: [JSONValue] {
        tokens.indices.compactMap { id in
            let type = tokenTypes[id]
            guard type == 2 || type == 3 || type == 4 && !(model == "llama" && tokens[id].contains("\u{2581}")) else {
                return nil
            }
            return .object([
                "id": .int(id), "content": .string(tokens[id]), "single_word": .bool(false), "lstrip": .bool(false),
                "rstrip": .bool(false), "normalized": .bool(false), "special": .bool(type != 4),
            ])
        }
    }

    /// Puts the beginning before the text and the end after it, where the model wants them.
    private var postProcessor: JSONValue {
        func special(_ isWanted: Bool, _ id: Int?) -> (name: String, id: Int)? {
            guard isWanted, let id, tokens.indices.contains(id) else { return nil }
            return (tokens[id], id)
        }
        let beginning = special(addsBeginningOfSequence, beginningOfSequenceID)
        let end = special(addsEndOfSequence, endOfSequenceID)
        guard beginning != nil || end != nil else { return .null }
        func mark(_ name: String) -> JSONValue {
            .object(["SpecialToken": .object(["id": .string(name), "type_id": .int(0)])])
        }
        func sequence(_ name: String) -> [JSONValue] {
            (beginning.map { [mark($0.name)] } ?? [])
                + [.object(["Sequence": .object(["id": .string(name), "type_id": .int(name == "A" ? 0 : 1)])])]
                + (end.map { [mark($0.name)] } ?? [])
        }
        var specials = JSONObject()
        for token in [beginning, end].compactMap({ $0 }) {
            specials[token.name] = .object([
                "id": .string(token.name), "ids": .array([.int(token.id)]), "tokens": .array([.string(token.name)]),
            ])
        }
        return .object([
            "type": .string("TemplateProcessing"), "single": .array(sequence("A")),
            "pair": .array(sequence("A") + sequence("B")), "special_tokens": .object(specials),
        ])
    }

    private func setByteLevel(
        _ parts: inout JSONObject, _ model: inout JSONObject
    ) throws(TokenizersError) -> [(String, String)] {
        guard let expressions = LlamaCppPreTokenizers.expressions(of: preTokenizer) else {
            throw .unsupported(source: source, what: "pre-tokeniser \(preTokenizer)")
        }
        let cuts = expressions.map { expression -> JSONValue in
            .object([
                "type": .string("Split"), "pattern": .object(["Regex": .string(expression)]),
                "behavior": .string("Isolated"), "invert": .bool(false),
            ])
        }
        let byteLevel: JSONObject = [
            "type": .string("ByteLevel"), "add_prefix_space": .bool(false), "trim_offsets": .bool(true),
            "use_regex": .bool(false),
        ]
        parts["normalizer"] = .null
        parts["pre_tokenizer"] = .object([
            "type": .string("Sequence"), "pretokenizers": .array(cuts + [.object(byteLevel)]),
        ])
        parts["decoder"] = .object(byteLevel)
        model["unk_token"] = .null
        model["fuse_unk"] = .bool(false)
        model["byte_fallback"] = .bool(false)
        model["ignore_merges"] = .bool(LlamaCppPreTokenizers.ignoringMerges.contains(preTokenizer))
        var pairs: [(String, String)] = []
        for merge in merges {
            let words = merge.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 2 else {
                throw .malformed(source: source, problem: "merge \"\(merge)\" is not two tokens")
            }
            pairs.append((String(words[0]), String(words[1])))
        }
        return pairs
    }

    private func setScored(
        _ parts: inout JSONObject, _ model: inout JSONObject
    ) throws(TokenizersError) -> [(String, String)] {
        let mark = JSONValue.string("\u{2581}")
        let hasPrefix = addsSpacePrefix ?? true
        let replace: JSONValue = .object([
            "type": .string("Replace"), "pattern": .object(["String": .string(" ")]), "content": mark,
        ])
        let prepend: JSONValue = .object(["type": .string("Prepend"), "prepend": mark])
        parts["normalizer"] =
            hasPrefix
            ? .object(["type": .string("Sequence"), "normalizers": .array([prepend, replace])]) : replace
        parts["pre_tokenizer"] = .null
        var decoders: [JSONValue] = [
            .object([
                "type": .string("Replace"), "pattern": .object(["String": mark]), "content": .string(" "),
            ]), .object(["type": .string("ByteFallback")]), .object(["type": .string("Fuse")]),
        ]
        if hasPrefix {
            decoders.append(
                .object([
                    "type": .string("Strip"), "content": .string(" "), "start": .int(1), "stop": .int(0),
                ]))
        }
        parts["decoder"] = .object(["type": .string("Sequence"), "decoders": .array(decoders)])
        let unknown = unknownID.flatMap { tokens.indices.contains($0) ? tokens[$0] : nil }
        model["unk_token"] = unknown.map { .string($0) } ?? .null
        model["fuse_unk"] = .bool(true)
        model["byte_fallback"] = .bool(true)
        model["ignore_merges"] = .bool(false)
        return try mergesByScore()
    }

    /// Every way to make a token of two others, the highest score first.
    private func mergesByScore() throws(TokenizersError) -> [(String, String)] {
        guard scores.count == tokens.count else {
            throw .malformed(source: source, problem: "\(scores.count) scores for \(tokens.count) tokens")
        }
        var names = TokenTable()
        for token in tokens {
            guard names.append(token.utf8) else {
                throw .malformed(source: source, problem: "token \(token) appears twice")
            }
        }
        func isMergeable(_ id: Int32) -> Bool {
            let type = tokenTypes[Int(id)]
            return type != 2 && type != 3 && type != 6
        }
        var found: [(score: Float, left: Int32, right: Int32)] = []
        for (id, token) in tokens.enumerated() where isMergeable(Int32(id)) {
            let bytes = Array(token.utf8)
            for middle in bytes.indices.dropFirst() where bytes[middle] & 0xC0 != 0x80 {
                guard let left = names.id(of: bytes.span, 0..<middle),
                    let right = names.id(of: bytes.span, middle..<bytes.count), isMergeable(left), isMergeable(right)
                else { continue }
                found.append((scores[id], left, right))
            }
        }
        found.sort { ($1.score, $0.left, $0.right) < ($0.score, $1.left, $1.right) }
        return found.map { (tokens[Int($0.left)], tokens[Int($0.right)]) }
    }
}
