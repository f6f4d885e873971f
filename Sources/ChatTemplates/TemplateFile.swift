import DatasetFormats

/// The file of named templates, `Resources/named-templates.json`, which is built into the program.
///
/// `{"format": 1, "source": …, "templates": [{"name": …, …}]}`. A template says only what is not common: no prefix,
/// no default system text, function calls like answers and observations like users' messages.
struct TemplateFile {
    let templates: [ChatTemplate]

    private static let keys: Set<String> = [
        "name", "prefix", "system", "user", "assistant", "function", "observation", "tools", "tool_format",
        "default_system", "stop_words", "thought_words", "tool_call_words", "efficient_eos", "replace_eos",
        "replace_jinja_template", "enable_thinking", "preserve_thinking", "system_place", "empty_thought",
    ]

    /// - Throws: `ChatTemplatesError.malformedTemplateFile` for anything that is not as the format says.
    init(_ bytes: [UInt8]) throws(ChatTemplatesError) {
        let value: JSONValue
        do {
            value = try JSONParser.parse(bytes, source: "named-templates.json")
        } catch {
            throw .malformedTemplateFile(template: "", problem: error.description)
        }
        guard let root = value.objectValue, root["format"]?.intValue == 1, let list = root["templates"]?.arrayValue
        else { throw .malformedTemplateFile(template: "", problem: "is not of format 1") }
        var templates: [ChatTemplate] = []
        for entry in list {
            let template = try Self.template(entry.objectValue ?? [:])
            guard !templates.contains(where: { $0.name == template.name }) else {
                throw .malformedTemplateFile(template: template.name, problem: "is there twice")
            }
            templates.append(template)
        }
        self.templates = templates
    }

    private static func template(_ entry: JSONObject) throws(ChatTemplatesError) -> ChatTemplate {
        let reader = EntryReader(name: entry["name"]?.stringValue ?? "", entry: entry)
        guard !reader.name.isEmpty else { throw reader.problem("a template has no name") }
        if let key = entry.keys.first(where: { !keys.contains($0) }) { throw reader.problem("has a key \(key)") }
        return ChatTemplate(
            name: reader.name, user: try reader.neededSlot("user"), assistant: try reader.neededSlot("assistant"),
            system: try reader.neededSlot("system"), function: try reader.slot("function"),
            observation: try reader.slot("observation"), prefix: try reader.slot("prefix") ?? [],
            tools: try reader.slot("tools") ?? [], systemPlace: try reader.choice("system_place") ?? .own,
            toolFormat: try reader.choice("tool_format") ?? .standard,
            defaultSystem: try reader.text("default_system") ?? "", stopWords: try reader.texts("stop_words") ?? [],
            thoughtWords: try reader.words("thought_words") ?? .thought,
            callWords: try reader.words("tool_call_words") ?? .call,
            emptyThought: try reader.choice("empty_thought"),
            enablesThinking: try reader.flag("enable_thinking") ?? true,
            preservesThinking: try reader.flag("preserve_thinking") ?? false,
            usesEfficientEndOfSequence: try reader.flag("efficient_eos") ?? false,
            replacesEndOfSequence: try reader.flag("replace_eos") ?? false,
            replacesModelTemplate: try reader.flag("replace_jinja_template") ?? false)
    }

    /// Typed access to one template's entry; a key that is there and of another type is an error.
    private struct EntryReader {
        let name: String
        let entry: JSONObject

        func problem(_ text: String) -> ChatTemplatesError { .malformedTemplateFile(template: name, problem: text) }

        private func value<Value>(
            _ key: String, _ read: (JSONValue) -> Value?
        ) throws(ChatTemplatesError) -> Value? {
            guard let json = entry[key] else { return nil }
            guard let value = read(json) else { throw problem("\(key) is \(json.kind), or not of its form") }
            return value
        }

        func text(_ key: String) throws(ChatTemplatesError) -> String? { try value(key, \.stringValue) }
        func flag(_ key: String) throws(ChatTemplatesError) -> Bool? { try value(key, \.boolValue) }

        func texts(_ key: String) throws(ChatTemplatesError) -> [String]? {
            try value(key) { json in
                json.arrayValue.flatMap { list in
                    let texts = list.compactMap(\.stringValue)
                    return texts.count == list.count ? texts : nil
                }
            }
        }

        func words(_ key: String) throws(ChatTemplatesError) -> WordPair? {
            guard let texts = try texts(key) else { return nil }
            guard texts.count == 2, !texts[0].isEmpty, !texts[1].isEmpty else { throw problem("\(key) are not two") }
            return WordPair(opening: texts[0], closing: texts[1])
        }

        func choice<Choice: RawRepresentable<String>>(_ key: String) throws(ChatTemplatesError) -> Choice? {
            try value(key) { $0.stringValue.flatMap(Choice.init(rawValue:)) }
        }

        func slot(_ key: String) throws(ChatTemplatesError) -> [TemplatePiece]? {
            try value(key) { json in
                json.arrayValue.flatMap { list in
                    let pieces = list.compactMap(Self.piece)
                    return pieces.count == list.count ? pieces : nil
                }
            }
        }

        func neededSlot(_ key: String) throws(ChatTemplatesError) -> [TemplatePiece] {
            guard let slot = try slot(key) else { throw problem("has no \(key)") }
            return slot
        }

        private static func piece(_ json: JSONValue) -> TemplatePiece? {
            if let text = json.stringValue { return .text(text) }
            guard let object = json.objectValue, object.count == 1 else { return nil }
            if let token = object["token"]?.stringValue { return .token(token) }
            return switch object["special"]?.stringValue {
            case "bos_token": .beginningOfSequence
            case "eos_token": .endOfSequence
            default: nil
            }
        }
    }
}
