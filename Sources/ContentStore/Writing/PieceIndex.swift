/// Where objects hold which pieces, by the pieces' hashes. Of a piece it keeps 14 to 20 bytes.
struct PieceIndex {
    /// A piece's number, in the order that they were added.
    typealias Number = Int

    private(set) var objects: [StoredObject] = []
    /// The number of each object's first piece.
    private var firsts: [Number] = []
    /// Of each piece, and after the last of an object of its end.
    private var starts: [UInt32] = []
    private var hashes: [UInt32] = []
    /// Open addressing: numbers of pieces, each counted from one; 0 is free.
    private var slots = [UInt32](repeating: 0, count: 1 << 10)
    private var slotCount = 0

    /// - Parameters:
    ///   - bytes: of the object, at most 4 GB.
    ///   - ends: of its pieces, in order.
    mutating func add(_ object: StoredObject, _ bytes: [UInt8], cutAt ends: [Int]) {
        guard starts.count + ends.count + 1 < Int(UInt32.max) else { return }
        objects.append(object)
        firsts.append(starts.count)
        var start = 0
        for end in ends {
            let hash = Self.hash(bytes[start..<end])
            let isNew = find(hash, count: end - start, after: nil) == nil
            starts.append(UInt32(start))
            hashes.append(hash)
            if isNew { insert(starts.count - 1) }
            start = end
        }
        starts.append(UInt32(start))
        hashes.append(0)
    }

    static func hash(_ piece: ArraySlice<UInt8>) -> UInt32 { UInt32(truncatingIfNeeded: contentHash(piece)) }

    private mutating func insert(_ number: Number) {
        if slotCount * 3 >= slots.count * 2 {
            let old = slots
            slots = [UInt32](repeating: 0, count: old.count * 2)
            for entry in old where entry != 0 { place(entry) }
        }
        place(UInt32(number + 1))
        slotCount += 1
    }

    private mutating func place(_ entry: UInt32) {
        var slot = Int(hashes[Int(entry) - 1]) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = entry
    }

    /// A piece that has this hash and length: most likely, but not for certain, the same bytes.
    ///
    /// - Parameter previous: the piece whose successor is looked at first.
    func find(_ hash: UInt32, count: Int, after previous: Number?) -> Number? {
        if let previous, matches(previous + 1, hash, count) { return previous + 1 }
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if matches(number, hash, count) { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The end of an object's last piece is none: it begins after what follows it.
    private func matches(_ number: Number, _ hash: UInt32, _ count: Int) -> Bool {
        number + 1 < starts.count && hashes[number] == hash && Int(starts[number + 1]) - Int(starts[number]) == count
    }

    /// The object that holds a piece, by its index, and where in it the piece begins.
    func place(of number: Number) -> (object: Int, offset: Int) {
        var low = 0
        var high = firsts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if firsts[middle] <= number { low = middle } else { high = middle }
        }
        return (low, Int(starts[number]))
    }
}
