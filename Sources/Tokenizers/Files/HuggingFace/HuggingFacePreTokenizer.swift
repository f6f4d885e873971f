import DatasetFormats

/// Reads the `pre_tokenizer` of a `tokenizer.json`.
struct HuggingFacePreTokenizer {
    let source: String

    /// - Returns: the steps, and whether words are byte-level.
    /// - Throws: `TokenizersError`.
    func preTokenizer(_ value: JSONValue?) throws(TokenizersError) -> (PreTokenizer, isByteLevel: Bool) {
        var preTokenizer = PreTokenizer()
        var isByteLevel = false
        try read(value, into: &preTokenizer.steps, &isByteLevel, depth: 0)
        return (preTokenizer, isByteLevel)
    }

    private func read(
        _ value: JSONValue?, into steps: inout [PreTokenizer.Step], _ isByteLevel: inout Bool, depth: Int
    ) throws(TokenizersError) {
        guard let value, !value.isNull else { return }
        guard let object = value.objectValue, let type = object["type"]?.stringValue, depth < 16 else {
            throw .malformed(source: source, problem: "a pre_tokenizer has no type")
        }
        guard !isByteLevel else { throw .unsupported(source: source, what: "pre_tokenizer \(type) after ByteLevel") }
        func flag(_ key: String, default missing: Bool) -> Bool { object[key]?.boolValue ?? missing }
        switch type {
        case "Sequence":
            for step in object["pretokenizers"]?.arrayValue ?? [] {
                try read(step, into: &steps, &isByteLevel, depth: depth + 1)
            }
        case "ByteLevel":
            if flag("add_prefix_space", default: true) { steps.append(.prefixSpace) }
            if flag("use_regex", default: true) { steps.append(.split(.words(.gpt2), .isolated, inverted: false)) }
            isByteLevel = true
        case "Split": steps.append(try split(object))
        case "Digits":
            let single = flag("individual_digits", default: false)
            steps.append(.split(.categories(.number, single: single), .isolated, inverted: false))
        case "Metaspace": steps.append(try metaspace(object))
        case "Whitespace": steps.append(try pattern(#"\w+|[^\w\s]+"#, .removed, inverted: true))
        case "WhitespaceSplit":
            steps.append(.split(.categories(.whiteSpace, single: true), .removed, inverted: false))
        case "Punctuation":
            let behaviour = try behaviour(object, default: .isolated)
            steps.append(try pattern(Self.punctuation, behaviour, inverted: false))
        case "BertPreTokenizer":
            steps.append(.split(.categories(.whiteSpace, single: true), .removed, inverted: false))
            steps.append(try pattern(Self.punctuation, .isolated, inverted: false))
        case "CharDelimiterSplit":
            guard let delimiter = object["delimiter"]?.stringValue else {
                throw .malformed(source: source, problem: "CharDelimiterSplit has no delimiter")
            }
            steps.append(.split(.literal(Array(delimiter.utf8)), .removed, inverted: false))
        default: throw .unsupported(source: source, what: "pre_tokenizer \(type)")
        }
    }

    /// ASCII's punctuation, with the symbols in it, and Unicode's.
    private static let punctuation = #"[\p{P}!-/:-@\[-`{-~]"#

    private func pattern(
        _ text: String, _ behaviour: SplitBehaviour, inverted: Bool
    ) throws(TokenizersError) -> PreTokenizer.Step {
        do {
            return .split(try Splitter(pattern: text), behaviour, inverted: inverted)
        } catch {
            throw .unsupported(source: source, what: "the pattern \(text) (\(error))")
        }
    }

    private func behaviour(
        _ object: JSONObject, default missing: SplitBehaviour? = nil
    ) throws(TokenizersError) -> SplitBehaviour {
        guard let name = object["behavior"]?.stringValue else {
            if let missing { return missing }
            throw .malformed(source: source, problem: "a Split has no behavior")
        }
        guard let behaviour = SplitBehaviour(rawValue: name) else {
            throw .unsupported(source: source, what: "behavior \(name)")
        }
        return behaviour
    }

    private func split(_ object: JSONObject) throws(TokenizersError) -> PreTokenizer.Step {
        let behaviour = try behaviour(object)
        let inverted = object["invert"]?.boolValue ?? false
        if let expression = object["pattern"]?.objectValue?["Regex"]?.stringValue {
            return try pattern(expression, behaviour, inverted: inverted)
        }
        guard let text = object["pattern"]?.objectValue?["String"]?.stringValue, !text.isEmpty else {
            throw .malformed(source: source, problem: "a Split has no pattern")
        }
        return .split(.literal(Array(text.utf8)), behaviour, inverted: inverted)
    }

    private func metaspace(_ object: JSONObject) throws(TokenizersError) -> PreTokenizer.Step {
        var metaspace = Metaspace()
        if let replacement = object["replacement"]?.stringValue { metaspace.replacement = Array(replacement.utf8) }
        if let scheme = object["prepend_scheme"]?.stringValue {
            guard let prefix = Metaspace.Prefix(rawValue: scheme) else {
                throw .unsupported(source: source, what: "prepend_scheme \(scheme)")
            }
            metaspace.prefix = prefix
        } else if object["add_prefix_space"]?.boolValue == false {
            metaspace.prefix = .never
        }
        metaspace.cuts = object["split"]?.boolValue ?? true
        return .metaspace(metaspace)
    }
}
