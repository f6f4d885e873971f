/// Hands out runs of rows, first fit, and takes them back.
struct RowAllocator {
    /// In order, never touching one another.
    private(set) var free: [Range<Int>]

    init(rowCount: Int) { free = rowCount > 0 ? [0..<rowCount] : [] }

    /// So many rows after one another, or nil where no run that is free is long enough.
    mutating func take(_ count: Int) -> Range<Int>? {
        precondition(count > 0)
        guard let place = free.firstIndex(where: { $0.count >= count }) else { return nil }
        let start = free[place].lowerBound
        if free[place].count == count {
            free.remove(at: place)
        } else {
            free[place] = start + count..<free[place].upperBound
        }
        return start..<start + count
    }

    /// Takes back what `take` gave.
    mutating func release(_ rows: Range<Int>) {
        let place = free.firstIndex { $0.lowerBound >= rows.upperBound } ?? free.count
        free.insert(rows, at: place)
        if place + 1 < free.count, free[place].upperBound == free[place + 1].lowerBound {
            free[place] = free[place].lowerBound..<free.remove(at: place + 1).upperBound
        }
        if place > 0, free[place - 1].upperBound == free[place].lowerBound {
            free[place - 1] = free[place - 1].lowerBound..<free.remove(at: place).upperBound
        }
    }
}
