/// The unigram model (Kudo 2018): of all ways to write a word as tokens, the one with the highest sum of scores,
/// found by Viterbi's algorithm.
struct UnigramModel: Sendable {
    var trie: TokenTrie
    var scores: [Double]
    var unknownID: Int32?
    /// Ids of the tokens that stand for bytes, for what else has no token; empty where there are none.
    var byteFallback: [Int32] = []
    /// Whether sums are rounded to single precision, as SentencePiece keeps them.
    var roundsSums = false
    /// The score of a scalar that no token has.
    var unknownScore: Double

    /// What SentencePiece takes off the lowest score for a scalar that no token has.
    static let unknownPenalty = 10.0

    func encode(_ word: Range<Int>, of text: Span<UInt8>, lattice: inout UnigramLattice, into ids: inout [Int32]) {
        let count = word.count
        lattice.nodes.removeAll(keepingCapacity: true)
        lattice.nodes.append(contentsOf: repeatElement(.init(score: 0, start: -1, id: -1), count: count + 1))
        var position = word.lowerBound
        while position < word.upperBound {
            let offset = position - word.lowerBound
            let base = lattice.nodes[offset].score
            // Not past the word, whatever a map of characters may have made of it.
            let next = min(UTF8Reading.scalar(in: text, at: position).next, word.upperBound)
            var hasSingle = false
            trie.forEachMatch(in: text, from: position, to: word.upperBound) { end, id in
                offer(base + scores[Int(id)], id, offset, end - word.lowerBound, &lattice)
                if end == next { hasSingle = true }
            }
            if !hasSingle { offer(base + unknownScore, -1, offset, next - word.lowerBound, &lattice) }
            position = next
        }
        emit(word, text, &lattice, into: &ids)
    }

    @inline(__always)
    private func offer(_ sum: Double, _ id: Int32, _ start: Int, _ end: Int, _ lattice: inout UnigramLattice) {
        let node = lattice.nodes[end]
        guard node.start < 0 || sum > node.score else { return }
        lattice.nodes[end] = .init(score: roundsSums ? Double(Float(sum)) : sum, start: start, id: id)
    }

    private func emit(
        _ word: Range<Int>, _ text: Span<UInt8>, _ lattice: inout UnigramLattice, into ids: inout [Int32]
    ) {
        lattice.path.removeAll(keepingCapacity: true)
        var end = word.count
        while end > 0 {
            let node = lattice.nodes[end]
            // What the path holds as score is where its token ends.
            lattice.path.append(.init(score: Double(end), start: node.start, id: node.id))
            end = max(node.start, 0)
        }
        var lastWasUnknown = false
        for node in lattice.path.reversed() {
            if node.id >= 0, node.id != unknownID {
                ids.append(node.id)
                lastWasUnknown = false
                continue
            }
            if byteFallback.count == 256 {
                for index in node.start..<Int(node.score) {
                    ids.append(byteFallback[Int(text[word.lowerBound + index])])
                }
            } else if let unknownID, !lastWasUnknown {
                ids.append(unknownID)
                lastWasUnknown = true
            }
        }
    }
}
