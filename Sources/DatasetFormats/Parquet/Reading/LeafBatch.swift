/// What a leaf holds of some rows.
struct LeafBatch {
    let leaf: ParquetLeaf
    /// How deep each entry is defined; empty where every entry is a value.
    var definitions: [UInt8] = []
    /// At which of its lists each entry begins; empty where the leaf is in no list.
    var repetitions: [UInt8] = []
    var entryCount = 0
    var values = LeafValues()

    init(leaf: ParquetLeaf) { self.leaf = leaf }
}
