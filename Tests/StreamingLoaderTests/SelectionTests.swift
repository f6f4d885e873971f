import StreamingLoader
import Testing

@Suite struct RowSelectionTests {
    @Test(arguments: [0, 1, 63, 64, 65, 511, 512, 513, 5000], [1, 2, 7, 100])
    func selectedRowsAreFoundByTheirNumber(count: Int, oneIn: Int) {
        var random = SeededGenerator(UInt64(count))
        var selection = RowSelection()
        var rows: [Int] = []
        for row in 0..<count {
            let isTaken = random.below(oneIn) == 0
            selection.append(isTaken)
            if isTaken { rows.append(row) }
        }
        #expect(selection.count == rows.count)
        #expect(selection.rowCount == count)
        #expect((0..<selection.count).map { selection[$0] } == rows)
    }
}

@Suite struct EvaluationSplitTests {
    private static let rows = (0..<5000).map { Array("{\"row\": \($0)}".utf8) }

    @Test(arguments: [0.0, 0.01, 0.1, 0.5, 1.0])
    func aShareIsTaken(share: Double) {
        let split = EvaluationSplit(share: share)
        let taken = Double(Self.rows.count { split.isForEvaluation($0) }) / Double(Self.rows.count)
        // Five standard deviations of a binomial.
        #expect(abs(taken - share) <= 5 * (share * (1 - share) / Double(Self.rows.count)).squareRoot())
    }

    /// A row's side is its own: nothing of where it is, or of what else there is, counts; more is taken of a larger share.
    @Test func aLargerShareHoldsASmallerOne() {
        let (few, many) = (EvaluationSplit(share: 0.1), EvaluationSplit(share: 0.3))
        for row in Self.rows where few.isForEvaluation(row) { #expect(many.isForEvaluation(row)) }
        #expect(Self.rows.contains { many.isForEvaluation($0) && !few.isForEvaluation($0) })
    }

    @Test func seedsDiffer() {
        let (first, second) = (EvaluationSplit(share: 0.5, seed: 1), EvaluationSplit(share: 0.5, seed: 2))
        #expect(Self.rows.contains { first.isForEvaluation($0) != second.isForEvaluation($0) })
    }

    /// The sides that version 1 chose: a change of them would move rows of existing trainings.
    @Test func sidesAreTheSameForEver() {
        let split = EvaluationSplit(share: 0.25)
        let taken = Self.rows.prefix(40).indices.filter { split.isForEvaluation(Self.rows[$0]) }
        #expect(taken == SelectionGoldens.taken)
    }
}

/// What a few lines of Python chose, with the package xxhash for XXH3-64 and SplitMix64's finaliser written out.
enum SelectionGoldens {
    static let taken = [0, 3, 4, 9, 13, 14, 15, 24, 28, 29, 39]
}
