/// How the panels of a factor are shared out to threads: some together for each as long as all have as many, then one by
/// one, and those beyond a whole number for each thread by rows, so that threads end together.
///
/// Rows and columns are independent, so how they are shared changes no bits.
struct PanelTasks {
    /// Rows that a tile of the kernels takes at once.
    static let tileRows = 6
    /// Fewer rows are not worth unpacking a panel once more.
    private static let fewestSharedRows = 48

    private let rows: Int
    private let groupSize: Int
    private let groupCount: Int
    /// Panels that are taken by themselves.
    private let singleCount: Int
    private let parts: Int
    private let rowsOfPart: Int
    let count: Int

    init(panels: Int, rows: Int, threads: Int, groupSize: Int) {
        self.rows = rows
        self.groupSize = groupSize
        groupCount = panels / (threads * groupSize) * threads
        let rest = panels - groupCount * groupSize
        singleCount = rest / threads * threads
        parts = max(1, min(threads, rows / Self.fewestSharedRows))
        rowsOfPart = ((rows + parts - 1) / parts + Self.tileRows - 1) / Self.tileRows * Self.tileRows
        count = groupCount + singleCount + (rest - singleCount) * parts
    }

    /// The most panels of a task.
    var mostPanels: Int { groupCount > 0 ? groupSize : 1 }

    subscript(task: Int) -> (panels: Range<Int>, rows: Range<Int>) {
        guard task >= groupCount else { return (task * groupSize..<(task + 1) * groupSize, 0..<rows) }
        let single = task - groupCount
        let firstSingle = groupCount * groupSize
        guard single >= singleCount else { return (firstSingle + single..<firstSingle + single + 1, 0..<rows) }
        let (shared, part) = (single - singleCount).quotientAndRemainder(dividingBy: parts)
        let panel = firstSingle + singleCount + shared
        let first = min(rows, part * rowsOfPart)
        return (panel..<panel + 1, first..<min(rows, first + rowsOfPart))
    }
}
