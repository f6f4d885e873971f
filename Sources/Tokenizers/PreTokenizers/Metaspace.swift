/// Writes spaces as a visible mark (▁), as SentencePiece does, and cuts before each.
struct Metaspace: Sendable {
    enum Prefix: String, Sendable {
        case always, first, never
    }

    static let mark: [UInt8] = Array("\u{2581}".utf8)

    var replacement = Self.mark
    var prefix = Prefix.always
    var cuts = true

    func apply(to text: inout PreTokenizedText) {
        var result: [UInt8] = []
        var ranges: [Range<Int>] = []
        for (index, word) in text.words.enumerated() {
            let start = result.count
            for byte in text.bytes[word] { if byte == 0x20 { result += replacement } else { result.append(byte) } }
            let isWanted =
                switch prefix {
                case .always: index > 0 || text.start != .continuation
                case .first: index == 0 && text.start == .beginning
                case .never: false
                }
            if isWanted, !result[start...].starts(with: replacement) {
                result.insert(contentsOf: replacement, at: start)
            }
            ranges.append(start..<result.count)
        }
        text.bytes = result
        text.words = ranges
        if cuts { text.split(.literal(replacement), .mergedWithNext, inverted: false) }
    }
}
