import DatasetFormats

/// Reads the `normalizer` of a `tokenizer.json`.
struct HuggingFaceNormalizer {
    let source: String

    /// - Throws: `TokenizersError`.
    func normalizer(_ value: JSONValue?) throws(TokenizersError) -> Normalizer {
        var normalizer = Normalizer()
        try read(value, into: &normalizer.steps, depth: 0)
        return normalizer
    }

    private func read(_ value: JSONValue?, into steps: inout [Normalizer.Step], depth: Int) throws(TokenizersError) {
        guard let value, !value.isNull else { return }
        guard let object = value.objectValue, let type = object["type"]?.stringValue, depth < 16 else {
            throw .malformed(source: source, problem: "a normalizer has no type")
        }
        switch type {
        case "Sequence":
            for step in object["normalizers"]?.arrayValue ?? [] { try read(step, into: &steps, depth: depth + 1) }
        case "NFC", "NFD", "NFKC", "NFKD":
            guard let form = UnicodeForm(rawValue: type) else { return }
            steps.append(.form(form))
        case "Prepend": steps.append(.prepend(try bytes(object, "prepend")))
        case "Append": steps.append(.append(try bytes(object, "append")))
        case "Lowercase": steps.append(.lowercase)
        case "StripAccents": steps.append(.removeMarks)
        case "Strip":
            steps.append(
                .strip(
                    left: object["strip_left"]?.boolValue ?? true, right: object["strip_right"]?.boolValue ?? true))
        case "Replace": steps.append(try replacement(object))
        case "BertNormalizer":
            let lowercases = object["lowercase"]?.boolValue ?? true
            steps.append(
                .bert(
                    cleans: object["clean_text"]?.boolValue ?? true,
                    spacesIdeographs: object["handle_chinese_chars"]?.boolValue ?? true))
            if object["strip_accents"]?.boolValue ?? lowercases { steps += [.form(.nfd), .removeNonspacingMarks] }
            if lowercases { steps.append(.lowercase) }
        case "Precompiled":
            guard let text = object["precompiled_charsmap"]?.stringValue, let blob = Base64.decode(text.utf8),
                let map = PrecompiledCharacterMap(blob)
            else { throw .malformed(source: source, problem: "precompiled_charsmap is damaged") }
            steps.append(.map(map))
        default: throw .unsupported(source: source, what: "normalizer \(type)")
        }
    }

    private func bytes(_ object: JSONObject, _ key: String) throws(TokenizersError) -> [UInt8] {
        guard let text = object[key]?.stringValue else {
            throw .malformed(source: source, problem: "a normalizer lacks \(key)")
        }
        return Array(text.utf8)
    }

    private func replacement(_ object: JSONObject) throws(TokenizersError) -> Normalizer.Step {
        let content = try bytes(object, "content")
        if let expression = object["pattern"]?.objectValue?["Regex"]?.stringValue {
            do {
                return .replacePattern(try Splitter(pattern: expression), with: content)
            } catch {
                throw .unsupported(source: source, what: "the pattern \(expression) (\(error))")
            }
        }
        guard let text = object["pattern"]?.objectValue?["String"]?.stringValue, !text.isEmpty else {
            throw .malformed(source: source, problem: "a Replace has no pattern")
        }
        return .replacePattern(.literal(Array(text.utf8)), with: content)
    }
}
