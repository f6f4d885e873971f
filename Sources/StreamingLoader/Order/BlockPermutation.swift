/// A shuffle for slow media: blocks of neighbouring rows in shuffled order, and the rows of a few blocks at a time
/// shuffled among one another, so that only those blocks need be at hand.
///
/// Nothing is kept: a place's row and a row's place are found by two keyed permutations.
public struct BlockPermutation: Sendable, Hashable {
    public let count: Int
    private let rowsPerBlock: Int
    private let blocksAtOnce: Int
    private let seed: UInt64
    private let epoch: Int
    private let blocks: RowPermutation
    /// Rows that fill no block; they are shuffled into one of the windows.
    private let rest: Int
    private let restWindow: Int

    /// - Parameters:
    ///   - rowsPerBlock: neighbours that stay near one another.
    ///   - blocksAtOnce: blocks whose rows are shuffled together: a window.
    public init(count: Int, rowsPerBlock: Int, blocksAtOnce: Int, seed: UInt64, epoch: Int) {
        precondition(count >= 0 && rowsPerBlock > 0 && blocksAtOnce > 0)
        self.count = count
        self.rowsPerBlock = min(rowsPerBlock, max(1, count))
        self.seed = seed
        self.epoch = epoch
        let full = count / self.rowsPerBlock
        self.blocksAtOnce = min(blocksAtOnce, max(1, full))
        blocks = RowPermutation(count: full, seed: seed, epoch: epoch)
        rest = count % self.rowsPerBlock
        let windows = max(1, (full + self.blocksAtOnce - 1) / self.blocksAtOnce)
        let choice = Mixing.combine(seed, UInt64(truncatingIfNeeded: epoch))
        restWindow = Int(choice % UInt64(windows))
    }

    private var windowRows: Int { rowsPerBlock * blocksAtOnce }

    /// Whole blocks of a window.
    private func blockCount(_ window: Int) -> Int { min(blocksAtOnce, blocks.count - window * blocksAtOnce) }

    private func start(_ window: Int) -> Int { window * windowRows + (window > restWindow ? rest : 0) }

    private func order(_ window: Int) -> RowPermutation {
        let rows = blockCount(window) * rowsPerBlock + (window == restWindow ? rest : 0)
        return RowPermutation(count: rows, seed: Mixing.combine(seed, UInt64(window)), epoch: epoch)
    }

    /// The row at a place of the shuffled order.
    public subscript(place: Int) -> Int {
        precondition(place >= 0 && place < count)
        var window = place / windowRows
        if window > restWindow { window = max(restWindow, (place - rest) / windowRows) }
        let inside = order(window)[place - start(window)]
        let (slot, row) = inside.quotientAndRemainder(dividingBy: rowsPerBlock)
        guard slot < blockCount(window) else { return blocks.count * rowsPerBlock + inside - slot * rowsPerBlock }
        return blocks[window * blocksAtOnce + slot] * rowsPerBlock + row
    }

    /// Where in the shuffled order a row is.
    public func place(of row: Int) -> Int {
        precondition(row >= 0 && row < count)
        let (block, inside) = row.quotientAndRemainder(dividingBy: rowsPerBlock)
        guard block < blocks.count else {
            return start(restWindow) + order(restWindow).place(of: blockCount(restWindow) * rowsPerBlock + inside)
        }
        let (window, slot) = blocks.place(of: block).quotientAndRemainder(dividingBy: blocksAtOnce)
        return start(window) + order(window).place(of: slot * rowsPerBlock + inside)
    }
}
