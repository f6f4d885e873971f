import DatasetFormats

/// Mistral's `tekken.json`: a pattern, control tokens, and a vocabulary with ranks in base 64.
struct TekkenFile {
    let pattern: String
    let specialTokens: [String]
    /// Control tokens, then the vocabulary.
    let tokens: TokenTable

    /// - Throws: `TokenizersError.malformed`.
    init(_ bytes: [UInt8], source: String) throws(TokenizersError) {
        func malformed(_ problem: String) -> TokenizersError { .malformed(source: source, problem: problem) }
        let json: JSONValue
        do {
            json = try JSONParser.parse(bytes, source: source)
        } catch {
            throw malformed("\(error)")
        }
        guard let object = json.objectValue, let configuration = object["config"]?.objectValue,
            let pattern = configuration["pattern"]?.stringValue, let vocabulary = object["vocab"]?.arrayValue
        else { throw malformed("lacks config.pattern or vocab") }
        guard let size = configuration["default_vocab_size"]?.intValue,
            let specialCount = configuration["default_num_special_tokens"]?.intValue, specialCount >= 0,
            specialCount <= size, size - specialCount <= vocabulary.count, specialCount <= 1 << 16
        else { throw malformed("config's sizes of the vocabulary do not fit it") }
        self.pattern = pattern
        var names = (0..<specialCount).map { Self.names.indices.contains($0) ? Self.names[$0] : "<SPECIAL_\($0)>" }
        for entry in object["special_tokens"]?.arrayValue ?? [] {
            guard let rank = entry.objectValue?["rank"]?.intValue, names.indices.contains(rank),
                let name = entry.objectValue?["token_str"]?.stringValue
            else { throw malformed("a special token lacks its rank or name") }
            names[rank] = name
        }
        specialTokens = names
        var ranked: [(rank: Int, token: [UInt8])] = []
        for entry in vocabulary.prefix(size - specialCount) {
            guard let object = entry.objectValue, let rank = object["rank"]?.intValue,
                let token = object["token_bytes"]?.stringValue.flatMap({ Base64.decode($0.utf8) })
            else { throw malformed("token \(ranked.count) of vocab lacks its rank or bytes") }
            ranked.append((rank, token))
        }
        tokens = try TiktokenFile.table(ranked, after: names, source: source)
    }

    /// The control tokens of files that do not name them themselves.
    private static let names = [
        "<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]", "[TOOL_RESULTS]",
        "[/TOOL_RESULTS]", "[TOOL_CALLS]", "[IMG]", "<pad>", "[IMG_BREAK]", "[IMG_END]", "[PREFIX]", "[MIDDLE]",
        "[SUFFIX]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[TOOL_CONTENT]",
    ]
}
