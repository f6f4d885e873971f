/// Tokens that are found in text as they are written, before anything else: control tokens and the like.
struct AddedTokens: Sendable {
    struct Entry: Sendable {
        let bytes: [UInt8]
        let id: Int32
        /// A control token, that ordinary text should not be able to make.
        let isSpecial: Bool
    }

    /// By first byte, the longest first.
    private let entries: [UInt8: [Entry]]

    init(_ entries: [Entry]) {
        self.entries = Dictionary(grouping: entries.filter { !$0.bytes.isEmpty }) { $0.bytes[0] }
            .mapValues { $0.sorted { $0.bytes.count > $1.bytes.count } }
    }

    /// The added token that begins at `position`, the longest if several do.
    func match(in text: [UInt8], at position: Int, includingSpecial: Bool) -> Entry? {
        guard let candidates = entries[text[position]] else { return nil }
        return candidates.first { entry in
            (includingSpecial || !entry.isSpecial) && entry.bytes.count <= text.count - position
                && text[position..<position + entry.bytes.count].elementsEqual(entry.bytes)
        }
    }
}
