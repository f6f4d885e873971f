import DatasetFormats

extension Tokenizer {
    /// Builds a tokenizer from Hugging Face's `tokenizer.json`, and from `tokenizer_config.json` for the names of its
    /// beginning, end and padding.
    ///
    /// - Throws: `TokenizersError`: `unsupported` naming each part that is not here, `malformed` for contradictions.
    public convenience init(
        tokenizer json: JSONObject, configuration: JSONObject?, source: String
    ) throws(TokenizersError) {
        for part in ["normalizer", "truncation", "padding"] {
            if let value = json[part], !value.isNull {
                throw .unsupported(
                    source: source, what: "\(part) \(value.objectValue?["type"]?.stringValue ?? value.kind)")
            }
        }
        if let processor = json["post_processor"]?.objectValue, processor["type"]?.stringValue != "ByteLevel" {
            throw .unsupported(source: source, what: "post_processor \(processor["type"]?.stringValue ?? "?")")
        }
        guard let model = json["model"]?.objectValue else { throw .malformed(source: source, problem: "has no model") }
        var parts = try Self.model(model, source: source)
        parts.preTokenizer = try Self.preTokenizer(json["pre_tokenizer"], source: source)
        try Self.add(json["added_tokens"]?.arrayValue ?? [], to: &parts)
        func id(_ key: String) -> Int32? {
            let value = configuration?[key]
            guard let name = value?.stringValue ?? value?.objectValue?["content"]?.stringValue else { return nil }
            return parts.tokens.firstIndex(of: name).map { Int32($0) }
        }
        parts.beginningOfSequenceID = id("bos_token")
        parts.endOfSequenceID = id("eos_token")
        parts.paddingID = id("pad_token")
        parts.addsBeginningOfSequence = configuration?["add_bos_token"]?.boolValue ?? false
        try self.init(parts)
    }

    private static func model(_ model: JSONObject, source: String) throws(TokenizersError) -> Parts {
        guard model["type"]?.stringValue == "BPE" else {
            throw .unsupported(source: source, what: "model \(model["type"]?.stringValue ?? "?")")
        }
        for key in ["dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix"] {
            guard let value = model[key], !value.isNull, value != .string("") else { continue }
            throw .unsupported(source: source, what: "model.\(key)")
        }
        for key in ["byte_fallback", "ignore_merges", "fuse_unk"] where model[key]?.boolValue == true {
            throw .unsupported(source: source, what: "model.\(key)")
        }
        guard let vocabulary = model["vocab"]?.objectValue, let merges = model["merges"]?.arrayValue else {
            throw .malformed(source: source, problem: "the model lacks vocab or merges")
        }
        var tokens = [String?](repeating: nil, count: vocabulary.count)
        for (token, value) in vocabulary.members {
            guard let id = value.intValue, tokens.indices.contains(id), tokens[id] == nil else {
                throw .malformed(source: source, problem: "token \(token) has no id of its own")
            }
            tokens[id] = token
        }
        var pairs: [(String, String)] = []
        pairs.reserveCapacity(merges.count)
        for merge in merges {
            if let text = merge.stringValue {
                pairs.append(try pair(text, source: source))
            } else if let list = merge.arrayValue, list.count == 2, let left = list[0].stringValue,
                let right = list[1].stringValue
            {
                pairs.append((left, right))
            } else {
                throw .malformed(source: source, problem: "merge \(pairs.count) is not two tokens")
            }
        }
        return Parts(
            source: source, tokens: tokens.compactMap { $0 }, merges: pairs, preTokenizer: .gpt2, addedIDs: [],
            specialIDs: [])
    }

    private static func preTokenizer(_ value: JSONValue?, source: String) throws(TokenizersError) -> PreTokenizer {
        guard let object = value?.objectValue else { throw .unsupported(source: source, what: "no pre_tokenizer") }
        let steps =
            object["type"]?.stringValue == "Sequence" ? object["pretokenizers"]?.arrayValue ?? [] : [value ?? .null]
        var kinds: [String] = []
        for step in steps {
            let step = step.objectValue ?? [:]
            let kind = step["type"]?.stringValue ?? "?"
            switch kind {
            case "Digits" where step["individual_digits"]?.boolValue == true: break
            case "ByteLevel"
            where step["use_regex"]?.boolValue != false && step["add_prefix_space"]?.boolValue == false: break
            default: throw .unsupported(source: source, what: "pre_tokenizer \(kind) with these settings")
            }
            kinds.append(kind)
        }
        switch kinds {
        case ["ByteLevel"]: return .gpt2
        case ["Digits", "ByteLevel"]: return .digitsThenGPT2
        default: throw .unsupported(source: source, what: "pre_tokenizer \(kinds.joined(separator: ", "))")
        }
    }

    private static func add(_ entries: [JSONValue], to parts: inout Parts) throws(TokenizersError) {
        for entry in entries {
            let object = entry.objectValue ?? [:]
            guard let id = object["id"]?.intValue, let text = object["content"]?.stringValue, id >= 0 else {
                throw .malformed(source: parts.source, problem: "an added token lacks its id or content")
            }
            for key in ["single_word", "lstrip", "rstrip"] where object[key]?.boolValue == true {
                throw .unsupported(source: parts.source, what: "\(key) of added token \(text)")
            }
            if id == parts.tokens.count {
                parts.tokens.append(text)
            } else if id > parts.tokens.count || parts.tokens[id] != text {
                throw .malformed(source: parts.source, problem: "added token \(text) has the id of another, \(id)")
            }
            parts.addedIDs.insert(Int32(id))
            if object["special"]?.boolValue == true { parts.specialIDs.insert(Int32(id)) }
        }
    }
}
