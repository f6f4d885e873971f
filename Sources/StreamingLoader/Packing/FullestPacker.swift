/// Packs examples so that each sequence is as full as can be: the longest that is left, and then of all choices among the
/// others one whose lengths come nearest to what room it leaves, longer ones first (minimum bin slack, Gupta and Ho 1999,
/// the choice found by dynamic programming over sums).
///
/// First fit leaves gaps where lengths are much alike and short ones few; this leaves none but in the last sequences.
enum FullestPacker {
    /// Sums are kept as bits for every example that is looked at: beyond so many there would be too many bits.
    static let capacityLimit = 1 << 15

    /// - Parameters:
    ///   - lengths: each at least 1 and at most `capacity`.
    ///   - capacity: at most `capacityLimit`.
    /// - Returns: for each sequence the indices of its examples, longest first.
    static func pack(lengths: [Int], capacity: Int) -> [[Int]] {
        precondition(capacity <= capacityLimit)
        // Of equal lengths the first comes first, so that the result is the same everywhere.
        var rest = lengths.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
        var sums = ReachableSums(limit: capacity)
        var sequences: [[Int]] = []
        while let longest = rest.first {
            let room = capacity - lengths[longest]
            let others = rest.dropFirst()
            let chosen = sums.fullest(others.lazy.map { lengths[$0] }, room: room)
            sequences.append([longest] + chosen.map { others[others.startIndex + $0] })
            var remaining: [Int] = []
            remaining.reserveCapacity(rest.count - 1 - chosen.count)
            var next = chosen.makeIterator()
            var taken = next.next()
            for (place, index) in others.enumerated() {
                if place == taken { taken = next.next() } else { remaining.append(index) }
            }
            rest = remaining
        }
        return sequences
    }
}

/// Which sums some of a list's numbers can have, a bit for each sum, kept after every number so that the choice can be
/// followed back.
private struct ReachableSums {
    private let words: Int
    private var bits: [UInt64]

    init(limit: Int) {
        words = limit / 64 + 1
        bits = []
    }

    /// Places of the numbers that together come nearest to a room without going beyond it; of equal choices the one of
    /// earlier numbers.
    mutating func fullest(_ numbers: some Collection<Int>, room: Int) -> [Int] {
        bits.removeAll(keepingCapacity: true)
        bits.append(contentsOf: repeatElement(0, count: words))
        bits[0] = 1
        var seen: [Int] = []
        for number in numbers {
            append(number)
            seen.append(number)
            if has(room, after: seen.count) { break }
        }
        var sum = room
        while !has(sum, after: seen.count) { sum -= 1 }
        var chosen: [Int] = []
        for place in seen.indices.reversed() where !has(sum, after: place) {
            chosen.append(place)
            sum -= seen[place]
        }
        return chosen.reversed()
    }

    /// Adds the sums with one more number: all that were, and all that were moved up by it.
    private mutating func append(_ number: Int) {
        let start = bits.count - words
        let (shift, part) = number.quotientAndRemainder(dividingBy: 64)
        for word in 0..<words {
            var moved: UInt64 = 0
            if word >= shift {
                moved = bits[start + word - shift] << UInt64(part)
                if part > 0, word > shift { moved |= bits[start + word - shift - 1] >> UInt64(64 - part) }
            }
            bits.append(bits[start + word] | moved)
        }
    }

    private func has(_ sum: Int, after count: Int) -> Bool {
        bits[count * words + sum / 64] & (1 << UInt64(sum % 64)) != 0
    }
}
