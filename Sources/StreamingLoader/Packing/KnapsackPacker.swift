/// Packs examples into sequences as LLaMA-Factory does: each sequence is filled by itself, every time with the longest
/// example that still fits.
public enum KnapsackPacker {
    /// - Parameters:
    ///   - lengths: each at most `capacity`; of examples with the same length the last is taken first.
    /// - Returns: for each sequence the indices of its examples, longest first.
    public static func pack(lengths: [Int], capacity: Int) -> [[Int]] {
        var stock: [Int: [Int]] = [:]
        for (index, length) in lengths.enumerated() {
            precondition(length >= 0 && length <= capacity)
            stock[length, default: []].append(index)
        }
        var distinct = stock.keys.sorted()
        var sequences: [[Int]] = []
        while !distinct.isEmpty {
            var members: [Int] = []
            var room = capacity
            while let place = lastPlace(in: distinct, upTo: room) {
                let length = distinct[place]
                guard let index = stock[length]?.popLast() else { break }
                if stock[length]?.isEmpty == true { distinct.remove(at: place) }
                members.append(index)
                room -= length
            }
            sequences.append(members)
        }
        return sequences
    }

    /// The last element that is no more than a limit, by bisection.
    private static func lastPlace(in sorted: [Int], upTo limit: Int) -> Int? {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] <= limit { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }
}
