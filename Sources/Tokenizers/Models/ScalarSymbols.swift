/// The symbol of each scalar, found by its page of 256.
struct ScalarSymbols: Sendable {
    private var pages = [Int32](repeating: -1, count: 0x1100)
    private var entries: [Int32] = []

    subscript(scalar: UInt32) -> Int32 {
        @inline(__always) get {
            guard scalar < 0x11_0000 else { return -1 }
            let page = pages[Int(scalar >> 8)]
            return page < 0 ? -1 : entries[Int(page) << 8 | Int(scalar & 0xFF)]
        }
        set {
            guard scalar < 0x11_0000 else { return }
            if pages[Int(scalar >> 8)] < 0 {
                pages[Int(scalar >> 8)] = Int32(entries.count >> 8)
                entries += [Int32](repeating: -1, count: 256)
            }
            entries[Int(pages[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)] = newValue
        }
    }
}
