/// The WordPiece model (Schuster and Nakajima 2012, as BERT has it): of a word the longest beginning that is a token,
/// then of the rest the longest that is one with the mark of continuing before it, and so on.
///
/// A word of which a part is no token is unknown as a whole.
struct WordPieceModel: Sendable {
    private let beginnings: TokenTrie
    private let continuations: TokenTrie
    let unknownID: Int32
    /// Words of more scalars are unknown.
    private let longestWord: Int

    /// - Parameter prefix: the mark of continuing, `##`.
    init(_ names: TokenTable, prefix: [UInt8], unknownID: Int32, longestWord: Int) {
        var (beginnings, continuations) = (TokenTrie(), TokenTrie())
        for id in 0..<names.count {
            let name = names.strings[id]
            beginnings.insert(name, value: Int32(id))
            if name.starts(with: prefix) { continuations.insert(name.dropFirst(prefix.count), value: Int32(id)) }
        }
        self.beginnings = beginnings
        self.continuations = continuations
        self.unknownID = unknownID
        self.longestWord = longestWord
    }

    func encode(_ word: Range<Int>, of text: Span<UInt8>, into ids: inout [Int32]) {
        let first = ids.count
        var position = word.lowerBound
        while position < word.upperBound, isShort(word, text) {
            var longest: (end: Int, id: Int32)?
            let trie = position == word.lowerBound ? beginnings : continuations
            trie.forEachMatch(in: text, from: position, to: word.upperBound) { longest = ($0, $1) }
            guard let longest else { break }
            ids.append(longest.id)
            position = longest.end
        }
        guard position < word.upperBound else { return }
        ids.removeLast(ids.count - first)
        ids.append(unknownID)
    }

    private func isShort(_ word: Range<Int>, _ text: Span<UInt8>) -> Bool {
        guard word.count > longestWord else { return true }
        guard word.count <= 4 * longestWord else { return false }
        // Bytes that begin a scalar.
        var count = 0
        for index in word where text[index] & 0xC0 != 0x80 { count += 1 }
        return count <= longestWord
    }
}
