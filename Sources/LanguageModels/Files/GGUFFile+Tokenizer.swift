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

    /// The Jinja text of the model's chat template, where it has one.
    public var chatTemplateText: String? { metadata["tokenizer.chat_template"]?.string }
}
