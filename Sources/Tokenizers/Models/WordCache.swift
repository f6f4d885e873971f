/// What words were encoded to before. Words repeat: most of a text is found here.
///
/// Bounded: it is emptied when it is full.
struct WordCache {
    private struct Slot {
        /// The word's bytes, up to 15, and its length in the highest byte; a free slot has length 0.
        var low: UInt64 = 0
        var high: UInt64 = 0
        var start: Int32 = 0
        var count: Int32 = 0
    }

    /// A word of up to 15 bytes, as two numbers.
    struct Key {
        fileprivate let low: UInt64
        fileprivate let high: UInt64
    }

    static let longestWord = 15
    private static let slotCount = 1 << 16
    private var slots: [Slot] = []
    private var used = 0
    private var ids: [Int32] = []

    /// The key of a word that is not longer than `longestWord`.
    @inline(__always)
    static func key(_ word: Range<Int>, of text: Span<UInt8>) -> Key {
        var low: UInt64 = 0
        var high: UInt64 = 0
        var shift: UInt64 = 0
        let middle = min(word.upperBound, word.lowerBound + 8)
        for index in word.lowerBound..<middle {
            low |= UInt64(text[index]) &<< shift
            shift &+= 8
        }
        shift = 0
        for index in middle..<word.upperBound {
            high |= UInt64(text[index]) &<< shift
            shift &+= 8
        }
        return Key(low: low, high: high | UInt64(word.count) << 56)
    }

    @inline(__always)
    private func place(_ key: Key) -> Int {
        var mixed = (key.low ^ key.high &* 0x9FB2_1C65_1E98_DF25) &* 0x9E37_79B9_7F4A_7C15
        mixed ^= mixed >> 32
        return Int(truncatingIfNeeded: mixed &* 0xD6E8_FEB8_6659_FD93 >> 40) & (Self.slotCount - 1)
    }

    /// Appends the ids that the word has here; false where it is not.
    @inline(__always)
    func append(_ key: Key, to result: inout [Int32]) -> Bool {
        guard !slots.isEmpty else { return false }
        var slot = place(key)
        while true {
            let found = slots[slot]
            if found.high == 0 { return false }
            if found.low == key.low && found.high == key.high {
                if found.count == 1 {
                    result.append(found.start)
                } else {
                    for index in Int(found.start)..<Int(found.start) + Int(found.count) { result.append(ids[index]) }
                }
                return true
            }
            slot = (slot + 1) & (Self.slotCount - 1)
        }
    }

    /// Keeps what the word became: the ids from `start` on.
    mutating func insert(_ key: Key, _ result: [Int32], from start: Int) {
        if slots.isEmpty { slots = [Slot](repeating: Slot(), count: Self.slotCount) }
        if used * 2 > Self.slotCount { removeAll() }
        var slot = place(key)
        while slots[slot].high != 0 { slot = (slot + 1) & (Self.slotCount - 1) }
        let count = result.count - start
        // One id lies in the slot itself.
        slots[slot] = Slot(
            low: key.low, high: key.high, start: count == 1 ? result[start] : Int32(ids.count), count: Int32(count))
        if count != 1 { ids += result[start...] }
        used += 1
    }

    private mutating func removeAll() {
        for index in slots.indices { slots[index].high = 0 }
        ids.removeAll(keepingCapacity: true)
        used = 0
    }
}
