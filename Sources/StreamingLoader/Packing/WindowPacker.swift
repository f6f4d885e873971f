/// Packs the examples of a window into sequences of a limited number of tokens, without cutting any: first fit
/// decreasing (Johnson 1973), the longest first, each into the first sequence with room for it; where that needs more
/// sequences than there are tokens for, the better of it and `FullestPacker`.
///
/// Windows are packed each by itself, so that any of them can be packed without those before it.
public enum WindowPacker {
    /// Raised when the same lengths come to be packed otherwise: a place among sequences is one of these sequences.
    public static let version = 2

    /// Examples of a window. Of more the last sequence's gap weighs less, of fewer going on inside one costs less.
    public static let windowSize = 2048

    /// - Parameters:
    ///   - lengths: each at least 1 and at most `capacity`.
    /// - Returns: for each sequence the indices of its examples, longest first.
    public static func pack(lengths: [Int], capacity: Int) -> [[Int]] {
        let first = firstFit(lengths: lengths, capacity: capacity)
        let fewest = (lengths.reduce(0, +) + capacity - 1) / capacity
        guard first.count > fewest, capacity <= FullestPacker.capacityLimit else { return first }
        let fullest = FullestPacker.pack(lengths: lengths, capacity: capacity)
        return fullest.count < first.count ? fullest : first
    }

    static func firstFit(lengths: [Int], capacity: Int) -> [[Int]] {
        var sequences: [(members: [Int], room: Int)] = []
        // Of equal lengths the first comes first, so that the result is the same everywhere.
        let order = lengths.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
        var shortest = lengths.min() ?? 0
        shortest = max(shortest, 1)
        var firstOpen = 0
        for index in order {
            let length = lengths[index]
            precondition(length >= 1 && length <= capacity)
            while firstOpen < sequences.count, sequences[firstOpen].room < shortest { firstOpen += 1 }
            var place = firstOpen
            while place < sequences.count, sequences[place].room < length { place += 1 }
            if place == sequences.count { sequences.append(([], capacity)) }
            sequences[place].members.append(index)
            sequences[place].room -= length
        }
        return sequences.map(\.members)
    }

    /// A window's sequences in shuffled order: first fit leaves the longest examples in the first.
    ///
    /// - Returns: as `pack(lengths:capacity:)`.
    public static func pack(lengths: [Int], capacity: Int, window: Int, seed: UInt64, epoch: Int) -> [[Int]] {
        let packed = pack(lengths: lengths, capacity: capacity)
        let order = RowPermutation(count: packed.count, seed: Mixing.combine(seed, UInt64(window)), epoch: epoch)
        return packed.indices.map { packed[order[$0]] }
    }
}
