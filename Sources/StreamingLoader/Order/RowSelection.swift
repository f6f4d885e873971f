/// Some of a data set's rows, numbered anew: a bit for each row, and a count for each few hundred of them.
public struct RowSelection: Sendable, Hashable {
    private var words: [UInt64] = []
    /// Selected rows before each block of words.
    private var ranks: [Int] = []
    public private(set) var rowCount = 0
    public private(set) var count = 0

    private static let wordsOfBlock = 8

    public init() {}

    /// Says of the next row whether it is selected.
    public mutating func append(_ isSelected: Bool) {
        if rowCount % 64 == 0 {
            if words.count % Self.wordsOfBlock == 0 { ranks.append(count) }
            words.append(0)
        }
        if isSelected {
            words[words.count - 1] |= 1 << UInt64(rowCount % 64)
            count += 1
        }
        rowCount += 1
    }

    /// The row that is selected as the so-many-th, counted from 0.
    public subscript(place: Int) -> Int {
        precondition(place >= 0 && place < count)
        var low = 0
        var high = ranks.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if ranks[middle] <= place { low = middle } else { high = middle }
        }
        var rest = place - ranks[low]
        var index = low * Self.wordsOfBlock
        while rest >= words[index].nonzeroBitCount {
            rest -= words[index].nonzeroBitCount
            index += 1
        }
        var word = words[index]
        for _ in 0..<rest { word &= word - 1 }
        return index * 64 + word.trailingZeroBitCount
    }
}
