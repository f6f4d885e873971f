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
        return GGUFTokenizerMetadata(
            source: path.string, model: try value("model") { $0.string },
            preTokenizer: metadata["tokenizer.ggml.pre"]?.string ?? "default",
            tokens: try value("tokens") { $0.stringsValue }, tokenTypes: try value("token_type") { $0.integersValue },
            merges: try value("merges") { $0.stringsValue }, beginningOfSequenceID: id("bos"),
            endOfSequenceID: id("eos"), paddingID: id("padding"),
            addsBeginningOfSequence: metadata["tokenizer.ggml.add_bos_token"]?.boolValue ?? false)
    }

    /// The Jinja text of the model's chat template, where it has one.
    public var chatTemplateText: String? { metadata["tokenizer.chat_template"]?.string }
}
