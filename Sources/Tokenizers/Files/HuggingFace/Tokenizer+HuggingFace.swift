import DatasetFormats

extension Tokenizer {
    /// Builds a tokenizer from the text of Hugging Face's `tokenizer.json`, and from `tokenizer_config.json` for the
    /// names of its beginning, end and padding.
    ///
    /// What the file says of truncation and padding is about batches, and is not looked at.
    ///
    /// - Throws: `TokenizersError`: `unsupported` naming each part that is not here, `malformed` for contradictions.
    public init(
        huggingFace text: [UInt8], configuration: JSONObject?, source: String
    ) throws(TokenizersError) {
        let file = try HuggingFaceFile(text, source: source)
        var builder = HuggingFaceBuilder(file)
        var parts = try builder.build()
        func id(_ key: String) -> Int32? {
            let value = configuration?[key]
            guard let name = value?.stringValue ?? value?.objectValue?["content"]?.stringValue else { return nil }
            return parts.names.id(of: Array(name.utf8))
        }
        parts.beginningOfSequenceID = id("bos_token")
        parts.endOfSequenceID = id("eos_token")
        parts.paddingID = id("pad_token")
        if let adds = configuration?["add_bos_token"]?.boolValue { parts.addsBeginningOfSequence = adds }
        if let adds = configuration?["add_eos_token"]?.boolValue { parts.addsEndOfSequence = adds }
        try self.init(parts)
    }

    /// Builds a tokenizer from a `tokenizer.json` that has been parsed. From the file's text it is faster.
    ///
    /// - Throws: `TokenizersError`.
    public init(
        tokenizer json: JSONObject, configuration: JSONObject?, source: String
    ) throws(TokenizersError) {
        try self.init(
            huggingFace: JSONWriter.bytes(.object(json), style: .compact), configuration: configuration, source: source)
    }
}
