import Testing
import TinyModels

@testable import Tokenizers

@Suite struct SymbolMergerTests {
    /// Merging as it is defined: the lowest rank, the leftmost place, one pair at a time.
    private static func naive(_ word: [Int32], _ pairs: PairTable) -> [Int32] {
        var word = word
        while true {
            let candidates = word.indices.dropLast().map { ($0, pairs.merge(word[$0], word[$0 + 1])) }
            guard let best = candidates.min(by: { $0.1.rank < $1.1.rank }), best.1.rank < .max else { return word }
            word.replaceSubrange(best.0...best.0 + 1, with: [best.1.result])
        }
    }

    /// Lengths on both sides of where the queue takes over; ranks that do not rise with what is merged.
    @Test(arguments: [2, 5, 39, 40, 41, 120])
    func mergesLikeTheDefinition(length: Int) {
        var random = SeededRandom(UInt64(length))
        for _ in 0..<200 {
            var pairs = PairTable(minimumCapacity: 8)
            for symbol in 0..<Int32(12) {
                let left = Int32(random.below(6 + Int(symbol)))
                let right = Int32(random.below(6 + Int(symbol)))
                pairs.insert(left, right, .init(rank: Int32(random.below(9)), result: 6 + symbol))
            }
            let word = (0..<length).map { _ in Int32(random.below(5)) - (random.below(20) == 0 ? 5 : 0) }
                .map { max($0, -1) }
            var merger = SymbolMerger()
            merger.begin()
            for (index, symbol) in word.enumerated() { merger.append(symbol, at: index) }
            merger.merge(by: pairs)
            #expect(merger.symbols == Self.naive(word, pairs))
            #expect(merger.starts.first == 0 && merger.starts == merger.starts.sorted())
        }
    }
}
