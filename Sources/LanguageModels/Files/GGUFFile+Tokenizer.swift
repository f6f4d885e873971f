import Tokenizers

extension GGUFFile {
    /// What the file says about its tokenizer.
    ///
    /// - Throws: `LanguageModelsError.malformed` where a part is missing.
    public func tokenizerMetadata() throws(LanguageModelsError) -> GGUFTokenizerMetadata {
        func value<Value>(_ key: String, _ read: (GGUFValue) -> Value?) throws(LanguageModelsError) -> Value {
            guard let value = metadata["tokenizer.ggml.\(key)"].flatMap(read) else {
                throw .malformed(
                    file: path.string, place: "metadata tokenizer.ggml.\(key)", problem: "is missing or of another type"
                )
            }
            return value
        }
        func id(_ key: String) -> Int? { metadata["tokenizer.ggml.\(key)_token_id"]?.int }
        let model = try value("model") { $0.string }
        let isScored = model == "llama"
        return GGUFTokenizerMetadata(
            source: path.string, model: model, preTokenizer: metadata["tokenizer.ggml.pre"]?.string ?? "default",
            tokens: try value("tokens") { $0.stringsValue }, tokenTypes: try value("token_type") { $0.integersValue },
            scores: isScored ? try value("scores") { $0.floatsValue } : [],
            merges: isScored ? [] : try value("merges") { $0.stringsValue }, beginningOfSequenceID: id("bos"),
            endOfSequenceID: id("eos"), paddingID: id("padding"), unknownID: id("unknown"),
            addsBeginningOfSequence: metadata["tokenizer.ggml.add_bos_token"]?.boolValue ?? isScored,
            addsEndOfSequence: metadata["tokenizer.ggml.add_eos_token"]?.boolValue ?? false,
            addsSpacePrefix: metadata["tokenizer.ggml.add_space_prefix"]?.boolValue)
    }

    /// The Jinja texts of the model's chat templates by their names, that of the one without a name being `default`.
    public var chatTemplateTexts: [String: String] {
        let prefix = "tokenizer.chat_template."
        var texts: [String: String] = [:]
        for (key, value) in metadata where key.utf8.starts(with: prefix.utf8) {
            texts[String(key.dropFirst(prefix.count))] = value.string
        }
        texts["default"] = metadata["tokenizer.chat_template"]?.string ?? texts["default"]
        return texts
    }
}
