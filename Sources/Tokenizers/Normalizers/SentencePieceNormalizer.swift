/// SentencePiece's normaliser (Kudo and Richardson 2018): a map of characters, then white space.
struct SentencePieceNormalizer: Sendable {
    var characterMap: PrecompiledCharacterMap?
    /// Tokens that the map does not touch.
    var untouched = AddedTokens([], precedence: .leftmost)
    var addsDummyPrefix = true
    var removesExtraSpaces = true
    var escapesSpaces = true
    var treatsSpaceAsSuffix = false

    func normalize(_ text: [UInt8], _ start: TextStart) -> [UInt8] {
        let space = escapesSpaces ? Metaspace.mark : [0x20]
        var result: [UInt8] = []
        result.reserveCapacity(text.count + text.count / 2)
        let span = text.span
        var position = 0
        // Whether what came last was a space, so that another is one too many.
        var wasSpace = removesExtraSpaces && start != .continuation
        if start == .beginning && addsDummyPrefix && !treatsSpaceAsSuffix { result += space }
        let prefixCount = result.count
        var chunk: [UInt8] = []
        while position < span.count {
            chunk.removeAll(keepingCapacity: true)
            position = appendNext(span, at: position, to: &chunk)
            for byte in chunk {
                if byte == 0x20 {
                    if !wasSpace { result += space }
                    wasSpace = removesExtraSpaces
                } else {
                    result.append(byte)
                    wasSpace = false
                }
            }
        }
        if removesExtraSpaces {
            while result.count >= prefixCount + space.count, result.suffix(space.count).elementsEqual(space) {
                result.removeLast(space.count)
            }
            // Nothing but spaces is nothing.
            if result.count == prefixCount { return [] }
        }
        if start == .beginning && addsDummyPrefix && treatsSpaceAsSuffix { result += space }
        return result
    }

    /// Appends what the map makes of what is next; where that ends.
    private func appendNext(_ text: Span<UInt8>, at position: Int, to result: inout [UInt8]) -> Int {
        if let end = untouched.longestEnd(in: text, at: position) {
            for index in position..<end { result.append(text[index]) }
            return end
        }
        if let (end, replacement) = characterMap?.longestMatch(in: text, at: position) {
            result += replacement
            return end
        }
        let end = UTF8Reading.scalar(in: text, at: position).next
        for index in position..<end { result.append(text[index]) }
        return end
    }
}
