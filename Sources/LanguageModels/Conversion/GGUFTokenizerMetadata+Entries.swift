import Tokenizers

extension GGUFTokenizerMetadata {
    /// The entries of a GGUF file.
    var entries: [(key: String, value: GGUFValue)] {
        var entries: [(key: String, value: GGUFValue)] = [
            ("model", .string(model)), ("pre", .string(preTokenizer)), ("tokens", .strings(tokens)),
            ("token_type", .integers(tokenTypes)),
        ]
        if !scores.isEmpty { entries.append(("scores", .floats(scores))) }
        // A model of pairs has the entry also where nothing merges: without it the file would be damaged.
        if scores.isEmpty { entries.append(("merges", .strings(merges))) }
        for (name, id) in [
            ("bos", beginningOfSequenceID), ("eos", endOfSequenceID), ("padding", paddingID), ("unknown", unknownID),
        ] {
            if let id { entries.append(("\(name)_token_id", .unsigned(UInt64(id)))) }
        }
        entries.append(("add_bos_token", .bool(addsBeginningOfSequence)))
        entries.append(("add_eos_token", .bool(addsEndOfSequence)))
        if let addsSpacePrefix { entries.append(("add_space_prefix", .bool(addsSpacePrefix))) }
        return entries.map { ("tokenizer.ggml.\($0.key)", $0.value) }
    }

    /// The ids that a `config.json` names.
    var specialIDs: [String: Int] {
        var ids: [String: Int] = [:]
        if let beginningOfSequenceID { ids["bos_token_id"] = beginningOfSequenceID }
        if let endOfSequenceID { ids["eos_token_id"] = endOfSequenceID }
        if let paddingID { ids["pad_token_id"] = paddingID }
        return ids
    }
}
