import DatasetRegistry
import StreamingLoader

/// What a stream's items are made of.
enum StreamItems: Sendable {
    /// A row each.
    case rows(any RowItemMaker)
    /// Tokens that are kept.
    case tokens(TokenItems)

    /// Samples of each data set, a row or a sequence of it.
    var counts: [Int] {
        switch self {
        case .rows(let maker): maker.datasets.map(\.rowCount)
        case .tokens(let items): items.tokens.map(\.sequenceCount)
        }
    }

    /// Which samples of a data set are on a side of a split.
    func selection(ofPart part: Int, _ isTaken: (_ hash: UInt64) -> Bool) throws -> RowSelection {
        var selection = RowSelection()
        switch self {
        case .rows(let maker):
            let dataset = maker.datasets[part]
            try dataset.forEachRow(at: 0..<dataset.rowCount) { _, bytes in
                selection.append(isTaken(EvaluationSplit.hash(bytes)))
            }
        case .tokens(let items):
            try items.tokens[part].forEachEntry { selection.append(isTaken($0.record.rowHash)) }
        }
        return selection
    }
}
