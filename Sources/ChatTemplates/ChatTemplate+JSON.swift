import DatasetFormats

extension ChatTemplate {
    /// Everything that the template is, with the keys of the file of named templates, none left out.
    public var json: JSONObject {
        var object: JSONObject = ["name": .string(name)]
        for (key, slot) in slots { object[key] = Self.json(slot) }
        object["tools"] = Self.json(tools)
        object["tool_format"] = .string(toolFormat.rawValue)
        object["default_system"] = .string(defaultSystem)
        object["stop_words"] = .array(stopWords.map { .string($0) })
        object["thought_words"] = Self.json(thoughtWords)
        object["tool_call_words"] = Self.json(callWords)
        object["efficient_eos"] = .bool(usesEfficientEndOfSequence)
        object["replace_eos"] = .bool(replacesEndOfSequence)
        object["replace_jinja_template"] = .bool(replacesModelTemplate)
        object["enable_thinking"] = .bool(enablesThinking)
        object["preserve_thinking"] = .bool(preservesThinking)
        object["system_place"] = .string(systemPlace.rawValue)
        object["empty_thought"] = emptyThought.map { .string($0.rawValue) } ?? .null
        return object
    }

    /// The slots of messages and what stands before them, by their names.
    public var slots: [(name: String, pieces: [TemplatePiece])] {
        [
            ("prefix", prefix), ("system", system), ("user", user), ("assistant", assistant), ("function", function),
            ("observation", observation),
        ]
    }

    private static func json(_ words: WordPair) -> JSONValue {
        .array([.string(words.opening), .string(words.closing)])
    }

    private static func json(_ pieces: [TemplatePiece]) -> JSONValue {
        .array(
            pieces.map { piece in
                switch piece {
                case .text(let text), .continuation(let text): .string(text)
                case .token(let text): .object(["token": .string(text)])
                case .beginningOfSequence: .object(["special": .string("bos_token")])
                case .endOfSequence: .object(["special": .string("eos_token")])
                }
            })
    }
}
