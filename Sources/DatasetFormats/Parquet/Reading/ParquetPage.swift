/// A data page that is being read: its levels and its values, each from where the last reading stopped.
struct ParquetPage {
    private var definitions: HybridRunDecoder?
    private var repetitions: HybridRunDecoder?
    private var values: any PageValues
    private(set) var entriesLeft: Int

    init(
        entries: Int, repetitions: HybridRunDecoder?, definitions: HybridRunDecoder?, values: any PageValues
    ) {
        entriesLeft = entries
        self.repetitions = repetitions
        self.definitions = definitions
        self.values = values
    }

    /// Appends the next levels of entries; where the leaf has none of a kind, none.
    mutating func readLevels(
        _ count: Int, definitions defined: inout [UInt32], repetitions repeated: inout [UInt32]
    ) throws(ColumnarDefect) {
        try repetitions?.read(count, into: &repeated)
        try definitions?.read(count, into: &defined)
        entriesLeft -= count
    }

    mutating func readValues(_ count: Int, into target: inout LeafValues) throws(ColumnarDefect) {
        if count > 0 { try values.read(count, into: &target) }
    }
}
