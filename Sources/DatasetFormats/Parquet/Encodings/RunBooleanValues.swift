/// Booleans in runs, with the length of all of them before.
struct RunBooleanValues: PageValues {
    private var runs: HybridRunDecoder
    private var numbers: [UInt32] = []

    init(_ bytes: ByteBuffer) throws(ColumnarDefect) {
        let length = Int(try bytes.slice(0, 4, "the length of booleans").load(0, as: UInt32.self))
        runs = try HybridRunDecoder(try bytes.slice(4, length, "a page of booleans"), bitWidth: 1)
    }

    mutating func read(_ count: Int, into values: inout LeafValues) throws(ColumnarDefect) {
        numbers.removeAll(keepingCapacity: true)
        try runs.read(count, into: &numbers)
        for number in numbers { values.fixed.append(UInt8(truncatingIfNeeded: number)) }
    }
}
