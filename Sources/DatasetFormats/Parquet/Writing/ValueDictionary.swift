/// Values that were seen, each with the number of its first coming.
struct ValueDictionary {
    private(set) var data: [UInt8] = []
    private(set) var ends: [Int] = []
    private var table = [Int32](repeating: -1, count: 1 << 10)

    /// Beyond this a dictionary saves nothing.
    static let maximumByteCount = 1 << 20

    var count: Int { ends.count }

    /// The value's number; nil where the dictionary is full.
    mutating func index(of value: UnsafeBufferPointer<UInt8>) -> UInt32? {
        var slot = Self.hash(value) & (table.count - 1)
        while table[slot] >= 0 {
            if equals(Int(table[slot]), value) { return UInt32(table[slot]) }
            slot = (slot + 1) & (table.count - 1)
        }
        guard data.count + value.count + 4 * ends.count <= Self.maximumByteCount else { return nil }
        data.append(contentsOf: value)
        ends.append(data.count)
        table[slot] = Int32(ends.count - 1)
        if 2 * ends.count > table.count { grow() }
        return UInt32(ends.count - 1)
    }

    func value(_ index: Int) -> ArraySlice<UInt8> { data[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }

    private func equals(_ index: Int, _ value: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = index == 0 ? 0 : ends[index - 1]
        guard ends[index] - start == value.count else { return false }
        return data.withUnsafeBufferPointer {
            UnsafeBufferPointer(rebasing: $0[start..<ends[index]]).elementsEqual(value)
        }
    }

    private mutating func grow() {
        table = [Int32](repeating: -1, count: table.count * 2)
        for index in ends.indices {
            var slot = value(index).withUnsafeBufferPointer { Self.hash($0) } & (table.count - 1)
            while table[slot] >= 0 { slot = (slot + 1) & (table.count - 1) }
            table[slot] = Int32(index)
        }
    }

    /// Eight bytes at a time, multiplied by an odd number whose bits are those of the golden ratio.
    private static func hash(_ value: UnsafeBufferPointer<UInt8>) -> Int {
        let multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
        let raw = UnsafeRawBufferPointer(value)
        var hash = UInt64(value.count) &* multiplier
        var position = 0
        while position + 8 <= raw.count {
            hash = (hash ^ raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)) &* multiplier
            hash ^= hash >> 29
            position += 8
        }
        while position < raw.count {
            hash = (hash ^ UInt64(raw[position])) &* multiplier
            position += 1
        }
        return Int(truncatingIfNeeded: (hash ^ hash >> 32) >> 1)
    }
}
