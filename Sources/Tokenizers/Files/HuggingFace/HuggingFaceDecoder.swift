import DatasetFormats

/// Reads the `decoder` of a `tokenizer.json`: what each token stands for.
struct HuggingFaceDecoder {
    let source: String
    let names: TokenTable
    let added: Set<Int32>

    /// - Throws: `TokenizersError`.
    func pieces(_ value: JSONValue?) throws(TokenizersError) -> TokenPieces {
        var plan = Plan()
        try read(value, into: &plan, depth: 0)
        if let words = plan.words { return words.pieces(names) }
        if plan.isByteLevel { return try ByteLevelVocabulary.pieces(names, added: added, source: source) }
        var pieces = TokenPieces()
        pieces.firstSpace = plan.firstSpace
        // Without a decoder, Hugging Face's tokenizers put spaces between tokens.
        if value?.isNull ?? true { pieces.separator = [0x20] }
        for id in 0..<names.count {
            let name = names.strings[id]
            if plan.readsByteTokens, let byte = ByteTokens.byte(of: name) {
                pieces.strings.append([byte])
            } else if let mark = plan.spaceMark, !added.contains(Int32(id)) {
                pieces.strings.append(mark == Metaspace.mark ? SpaceMarks.removed(from: name) : Array(name))
            } else {
                pieces.strings.append(name)
            }
        }
        return pieces
    }

    private struct Plan {
        var isByteLevel = false
        var words: WordPieceDecoder?
        var readsByteTokens = false
        var spaceMark: [UInt8]?
        var firstSpace = TokenPieces.FirstSpace.kept
    }

    private func read(_ value: JSONValue?, into plan: inout Plan, depth: Int) throws(TokenizersError) {
        guard let value, !value.isNull else { return }
        guard let object = value.objectValue, let type = object["type"]?.stringValue, depth < 16 else {
            throw .malformed(source: source, problem: "a decoder has no type")
        }
        func unsupported(_ what: String) -> TokenizersError { .unsupported(source: source, what: "decoder \(what)") }
        switch type {
        case "Sequence":
            for step in object["decoders"]?.arrayValue ?? [] { try read(step, into: &plan, depth: depth + 1) }
        case "ByteLevel": plan.isByteLevel = true
        case "ByteFallback": plan.readsByteTokens = true
        case "Fuse": break
        case "Metaspace":
            guard object["replacement"]?.stringValue ?? "\u{2581}" == "\u{2581}" else {
                throw unsupported("Metaspace with its own mark")
            }
            plan.spaceMark = Metaspace.mark
            let prefix = object["prepend_scheme"]?.stringValue
            let drops = prefix.map { $0 != "never" } ?? object["add_prefix_space"]?.boolValue ?? true
            plan.firstSpace = drops ? .allDropped : .kept
        case "Replace":
            guard object["pattern"]?.objectValue?["String"]?.stringValue == "\u{2581}",
                object["content"]?.stringValue == " "
            else { throw unsupported("Replace of something else than ▁") }
            plan.spaceMark = Metaspace.mark
        case "WordPiece":
            plan.words = WordPieceDecoder(
                prefix: Array((object["prefix"]?.stringValue ?? "##").utf8),
                cleansUp: object["cleanup"]?.boolValue ?? true)
        case "Strip":
            guard object["content"]?.stringValue == " ", object["start"]?.intValue ?? 0 <= 1,
                object["stop"]?.intValue ?? 0 == 0
            else { throw unsupported("Strip with these settings") }
            if object["start"]?.intValue == 1 { plan.firstSpace = .dropped }
        default: throw unsupported(type)
        }
    }
}
