/// Packs examples into sequences of a limited number of tokens, without cutting any.
public enum SequencePacker {
    /// The sequences of an epoch: examples in its shuffled order, packed a window at a time.
    public static func pack(lengths: [Int], capacity: Int, seed: UInt64, epoch: Int) -> [[Int]] {
        let order = RowPermutation(count: lengths.count, seed: seed, epoch: epoch)
        return stride(from: 0, to: lengths.count, by: WindowPacker.windowSize).enumerated().flatMap { window, first in
            let members = (first..<min(lengths.count, first + WindowPacker.windowSize)).map { order[$0] }
            return WindowPacker.pack(
                lengths: members.map { lengths[$0] }, capacity: capacity, window: window, seed: seed, epoch: epoch
            ).map { $0.map { members[$0] } }
        }
    }

    /// Best fit over a window: each example goes, in order, where it leaves the least room; a sequence is finished
    /// when it is full, or when too many are open.
    ///
    /// - Parameters:
    ///   - lengths: each at least 1 and at most `capacity`.
    ///   - window: how many sequences may be open.
    /// - Returns: for each sequence the indices of its examples, in the order that sequences were begun.
    public static func pack(lengths: [Int], capacity: Int, window: Int = 64) -> [[Int]] {
        var sequences: [(members: [Int], room: Int)] = []
        var open: [Int] = []
        for (index, length) in lengths.enumerated() {
            precondition(length >= 1 && length <= capacity)
            let fitting = open.filter { sequences[$0].room >= length }
            if let best = fitting.min(by: { (sequences[$0].room, $0) < (sequences[$1].room, $1) }) {
                sequences[best].members.append(index)
                sequences[best].room -= length
                if sequences[best].room == 0 { open.removeAll { $0 == best } }
            } else {
                sequences.append(([index], capacity - length))
                open.append(sequences.count - 1)
                // The fullest is the one that least can be added to.
                if open.count > window, let fullest = open.min(by: { sequences[$0].room < sequences[$1].room }) {
                    open.removeAll { $0 == fullest }
                }
            }
        }
        return sequences.map(\.members)
    }
}
