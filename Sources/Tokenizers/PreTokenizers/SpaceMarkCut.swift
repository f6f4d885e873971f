/// Cuts before marks of spaces (▁) where no token goes on across: encoding the parts gives what encoding the whole
/// does, and words that repeat are found in the cache.
struct SpaceMarkCut: Sendable {
    /// Scalars that some token has before a mark; no cut there. The mark itself is always among them.
    let joined: Set<UInt32>

    func apply(to text: inout PreTokenizedText) {
        let joined = joined
        text.refine { part, bytes, result in
            var start = part.lowerBound
            var position = part.lowerBound
            while position + 2 < part.upperBound {
                // ▁ is E2 96 81.
                guard bytes[position] == 0xE2, bytes[position + 1] == 0x96, bytes[position + 2] == 0x81 else {
                    position += 1
                    continue
                }
                if position > start {
                    let before = UTF8Reading.previous(in: bytes, before: position, limit: start)
                    if !joined.contains(UTF8Reading.scalar(in: bytes, at: before).value) {
                        result.append(start..<position)
                        start = position
                    }
                }
                position += 3
            }
            result.append(start..<part.upperBound)
        }
    }
}
