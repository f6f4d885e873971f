/// Which pairs of neighbouring symbols merge, into what, and which goes first: an open hash table.
struct PairTable: Sendable {
    struct Merge: Sendable {
        /// The lowest goes first; `Int32.max` for a pair that does not merge.
        let rank: Int32
        let result: Int32

        static let none = Merge(rank: .max, result: -1)
    }

    private var keys: [UInt64]
    private var merges: [Merge]
    private var count = 0

    init(minimumCapacity: Int) {
        var size = 64
        while size < minimumCapacity * 2 { size *= 2 }
        keys = [UInt64](repeating: Self.free, count: size)
        merges = [Merge](repeating: .none, count: size)
    }

    /// The key of no pair: symbols are not negative.
    private static let free = UInt64.max

    /// Adds a pair; one that is there already keeps its first merge.
    mutating func insert(_ left: Int32, _ right: Int32, _ merge: Merge) {
        if (count + 1) * 2 > keys.count { grow() }
        let key = Self.key(left, right)
        var slot = place(key)
        while keys[slot] != Self.free {
            if keys[slot] == key { return }
            slot = (slot + 1) & (keys.count - 1)
        }
        keys[slot] = key
        merges[slot] = merge
        count += 1
    }

    private mutating func grow() {
        let old = self
        self = PairTable(minimumCapacity: keys.count)
        for (key, merge) in zip(old.keys, old.merges) where key != Self.free {
            insert(Int32(truncatingIfNeeded: key >> 32), Int32(truncatingIfNeeded: key), merge)
        }
    }

    @inline(__always)
    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    @inline(__always)
    private func place(_ key: UInt64) -> Int {
        let mixed = (key ^ key >> 29) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 24) & (keys.count - 1)
    }

    @inline(__always)
    func merge(_ left: Int32, _ right: Int32) -> Merge {
        guard left >= 0, right >= 0 else { return .none }
        let key = Self.key(left, right)
        var slot = place(key)
        while keys[slot] != Self.free {
            if keys[slot] == key { return merges[slot] }
            slot = (slot + 1) & (keys.count - 1)
        }
        return .none
    }
}
