import DatasetFormats

/// Hugging Face's `tokenizer.json`, with the vocabulary and the merges, which are long, left as text.
struct HuggingFaceFile {
    let text: [UInt8]
    let source: String
    /// Everything but the vocabulary and the merges, which are null here.
    let object: JSONObject
    let model: JSONObject
    /// Where the vocabulary is in the text.
    private let vocabulary: Int
    private let merges: Int?

    /// - Throws: `TokenizersError.malformed`.
    init(_ text: [UInt8], source: String) throws(TokenizersError) {
        self.text = text
        self.source = source
        guard String(validating: text, as: UTF8.self) != nil else {
            throw .malformed(source: source, problem: "is not valid UTF-8")
        }
        let parts: (vocabulary: Range<Int>?, merges: Range<Int>?)
        do throws(JSONSkimmer.Damage) {
            parts = try Self.longParts(text)
        } catch {
            throw Self.malformed(source, error)
        }
        var rest: [UInt8] = []
        var position = 0
        for part in [parts.vocabulary, parts.merges].compactMap({ $0 }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            rest += text[position..<part.lowerBound] + Array("null".utf8)
            position = part.upperBound
        }
        rest += text[position...]
        do {
            object = try JSONParser.parse(rest, source: source).objectValue ?? [:]
        } catch {
            throw .malformed(source: source, problem: "is no JSON: \(error)")
        }
        guard let model = object["model"]?.objectValue else {
            throw .malformed(source: source, problem: "has no model")
        }
        guard let vocabulary = parts.vocabulary else {
            throw .malformed(source: source, problem: "the model has no vocab")
        }
        self.model = model
        self.vocabulary = vocabulary.lowerBound
        merges = parts.merges?.lowerBound
    }

    private static func malformed(_ source: String, _ damage: JSONSkimmer.Damage) -> TokenizersError {
        .malformed(source: source, problem: "is no such JSON as a tokenizer has, at byte \(damage.offset)")
    }

    /// Where `model.vocab` and `model.merges` are.
    private static func longParts(
        _ text: [UInt8]
    ) throws(JSONSkimmer.Damage) -> (vocabulary: Range<Int>?, merges: Range<Int>?) {
        var skimmer = JSONSkimmer(text)
        var parts: (vocabulary: Range<Int>?, merges: Range<Int>?) = (nil, nil)
        try members(&skimmer) { skimmer, key throws(JSONSkimmer.Damage) in
            skimmer.skipSpace()
            guard key == "model", skimmer.position < text.count, text[skimmer.position] == UInt8(ascii: "{") else {
                _ = try skimmer.skipValue()
                return
            }
            try members(&skimmer) { skimmer, key throws(JSONSkimmer.Damage) in
                let range = try skimmer.skipValue()
                if key == "vocab" { parts.vocabulary = range }
                if key == "merges" { parts.merges = range }
            }
        }
        return parts
    }

    private static func members(
        _ skimmer: inout JSONSkimmer,
        _ body: (inout JSONSkimmer, String) throws(JSONSkimmer.Damage) -> Void
    ) throws(JSONSkimmer.Damage) {
        try skimmer.expect("{")
        if skimmer.take("}") { return }
        var key: [UInt8] = []
        repeat {
            key.removeAll(keepingCapacity: true)
            try skimmer.string(into: &key)
            try skimmer.expect(":")
            try body(&skimmer, String(decoding: key, as: UTF8.self))
        } while skimmer.take(",")
        try skimmer.expect("}")
    }

    /// An entry of the vocabulary: its name is a range of the bytes that came with it.
    struct Entry {
        let id: Int
        let name: Range<Int>
        var score = 0.0
    }

    /// The vocabulary as written: an object of ids, or for unigrams a list of pairs with scores.
    ///
    /// - Throws: `TokenizersError.malformed`.
    func entries() throws(TokenizersError) -> (names: [UInt8], entries: [Entry]) {
        var names: [UInt8] = []
        var entries: [Entry] = []
        names.reserveCapacity(text.count / 4)
        var skimmer = JSONSkimmer(text, at: vocabulary)
        do throws(JSONSkimmer.Damage) {
            if skimmer.take("[") {
                if !skimmer.take("]") {
                    repeat {
                        try skimmer.expect("[")
                        let start = names.count
                        try skimmer.string(into: &names)
                        try skimmer.expect(",")
                        let score = try skimmer.number()
                        try skimmer.expect("]")
                        entries.append(Entry(id: entries.count, name: start..<names.count, score: score))
                    } while skimmer.take(",")
                    try skimmer.expect("]")
                }
            } else {
                try skimmer.expect("{")
                if !skimmer.take("}") {
                    repeat {
                        let start = names.count
                        try skimmer.string(into: &names)
                        try skimmer.expect(":")
                        entries.append(Entry(id: try skimmer.natural(), name: start..<names.count))
                    } while skimmer.take(",")
                    try skimmer.expect("}")
                }
            }
        } catch {
            throw Self.malformed(source, error)
        }
        return (names, entries)
    }

    /// Gives each merge to `list`: two tokens, or one text with a space between them.
    ///
    /// - Throws: `TokenizersError.malformed`.
    func readMerges(into list: inout MergeList) throws(TokenizersError) {
        try forEachMerge { buffer, middle throws(TokenizersError) in
            if let middle {
                try list.append(buffer[..<middle], buffer[middle...])
            } else {
                try list.append(buffer[...])
            }
        }
    }

    /// Hands on the text of each merge, and where its second token begins if they are written apart.
    ///
    /// - Throws: `TokenizersError.malformed`, or what `body` throws.
    func forEachMerge(
        _ body: (_ text: [UInt8], _ middle: Int?) throws(TokenizersError) -> Void
    ) throws(TokenizersError) {
        guard let merges else { throw .malformed(source: source, problem: "the model has no merges") }
        var skimmer = JSONSkimmer(text, at: merges)
        var buffer: [UInt8] = []
        while true {
            let middle: Int?
            do throws(JSONSkimmer.Damage) {
                let isFirst = skimmer.position == merges
                if isFirst {
                    try skimmer.expect("[")
                    if skimmer.take("]") { return }
                } else if !skimmer.take(",") {
                    try skimmer.expect("]")
                    return
                }
                middle = try Self.merge(&skimmer, &buffer)
            } catch {
                throw Self.malformed(source, error)
            }
            try body(buffer, middle)
        }
    }

    /// Reads a merge; where its second token begins, if they are apart.
    private static func merge(_ skimmer: inout JSONSkimmer, _ buffer: inout [UInt8]) throws(JSONSkimmer.Damage) -> Int?
    {
        buffer.removeAll(keepingCapacity: true)
        guard skimmer.take("[") else {
            try skimmer.string(into: &buffer)
            return nil
        }
        try skimmer.string(into: &buffer)
        let middle = buffer.count
        try skimmer.expect(",")
        try skimmer.string(into: &buffer)
        try skimmer.expect("]")
        return middle
    }
}
