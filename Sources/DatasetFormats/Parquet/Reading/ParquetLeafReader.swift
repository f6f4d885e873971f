/// Reads a leaf's part of a row group, some rows at a time.
struct ParquetLeafReader {
    private let leaf: ParquetLeaf
    private var pages: ParquetPageReader
    private var page: ParquetPage?
    /// Levels of the page that were read ahead, and how many of them were handed out.
    private var definitions: [UInt32] = []
    private var repetitions: [UInt32] = []
    private var ahead = 0
    private var taken = 0
    private let hasLevels: Bool

    private static let levelsAtOnce = 2048
    /// The most entries of one batch: elements of the lists of some rows.
    private static let maximumEntryCount = 1 << 24

    init(file: ByteBuffer, leaf: ParquetLeaf, chunk: ParquetColumnChunk) throws(ColumnarDefect) {
        self.leaf = leaf
        hasLevels = leaf.maximumRepetition > 0
        pages = try ParquetPageReader(file: file, leaf: leaf, chunk: chunk)
    }

    /// The next rows, exactly so many.
    ///
    /// - Throws: `truncated` where the column has fewer.
    mutating func read(_ rowCount: Int) throws(ColumnarDefect) -> LeafBatch {
        var batch = LeafBatch(leaf: leaf)
        var rows = 0
        while true {
            if taken == ahead {
                guard try readAhead() else { break }
            }
            let count = hasLevels ? entries(of: rowCount, counted: &rows) : min(ahead - taken, rowCount - rows)
            if !hasLevels { rows += count }
            guard count > 0 else { break }
            guard count <= Self.maximumEntryCount - batch.entryCount else {
                throw .tooLarge("the elements of \(leaf.name) in \(rowCount) rows", limit: Self.maximumEntryCount)
            }
            try take(count, into: &batch)
            if !hasLevels, rows == rowCount { break }
        }
        guard rows == rowCount else {
            throw .truncated("the column \(leaf.name), of which \(rowCount) rows should follow")
        }
        return batch
    }

    /// Whether the column has nothing more.
    mutating func isAtEnd() throws(ColumnarDefect) -> Bool { taken == ahead ? try !readAhead() : false }

    /// How many of the levels read ahead belong to the rows wanted: up to where one more row would begin.
    private func entries(of rowCount: Int, counted rows: inout Int) -> Int {
        var end = taken
        while end < ahead {
            if repetitions[end] == 0 {
                if rows == rowCount { break }
                rows += 1
            }
            end += 1
        }
        return end - taken
    }

    private mutating func readAhead() throws(ColumnarDefect) -> Bool {
        if page?.entriesLeft ?? 0 == 0 { page = try pages.next() }
        guard page != nil else { return false }
        definitions.removeAll(keepingCapacity: true)
        repetitions.removeAll(keepingCapacity: true)
        taken = 0
        ahead = min(Self.levelsAtOnce, page?.entriesLeft ?? 0)
        try page?.readLevels(ahead, definitions: &definitions, repetitions: &repetitions)
        guard definitions.allSatisfy({ $0 <= leaf.maximumDefinition }),
            repetitions.allSatisfy({ $0 <= leaf.maximumRepetition })
        else { throw .invalid("a level of \(leaf.name) is higher than the schema allows") }
        return true
    }

    private mutating func take(_ count: Int, into batch: inout LeafBatch) throws(ColumnarDefect) {
        var valueCount = count
        if leaf.maximumRepetition > 0 {
            for level in repetitions[taken..<taken + count] {
                batch.repetitions.append(UInt8(truncatingIfNeeded: level))
            }
        }
        if leaf.maximumDefinition > 0 {
            valueCount = 0
            for level in definitions[taken..<taken + count] {
                batch.definitions.append(UInt8(truncatingIfNeeded: level))
                if level == leaf.maximumDefinition { valueCount += 1 }
            }
        }
        if batch.entryCount == 0, let first = batch.repetitions.first, first != 0 {
            throw .invalid("\(leaf.name) begins in the middle of a row")
        }
        batch.entryCount += count
        taken += count
        try page?.readValues(valueCount, into: &batch.values)
    }
}
