/// Values that a page before this one lists, by their places in that list.
struct DictionaryValues: PageValues {
    private let dictionary: ParquetDictionary
    private var runs: HybridRunDecoder
    private var indices: [UInt32] = []

    /// - Throws: `truncated` where the page does not even say how wide its indices are.
    init(_ bytes: ByteBuffer, dictionary: ParquetDictionary) throws(ColumnarDefect) {
        self.dictionary = dictionary
        // A page without values may be without anything.
        let bitWidth = bytes.count > 0 ? Int(bytes[0]) : 0
        runs = try HybridRunDecoder(
            bytes.count > 0 ? try bytes.slice(1, bytes.count - 1, "indices") : .empty, bitWidth: bitWidth)
    }

    mutating func read(_ count: Int, into values: inout LeafValues) throws(ColumnarDefect) {
        indices.removeAll(keepingCapacity: true)
        try runs.read(count, into: &indices)
        try dictionary.append(indices, to: &values)
    }
}
