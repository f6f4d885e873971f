import Synchronization

/// A token shard that is read, and where its tokens are once that is worth remembering.
final class OpenTokenShard: Sendable {
    let shard: TokenShard
    private let state = Mutex(State())

    private struct State {
        /// Sequences that were looked up in the file.
        var lookedUpCount = 0
        var extents: [TokenExtent]?
        /// Whether there is no room for them.
        var isRefused = false
    }

    /// Of so many sequences one is looked up by itself before all are remembered, which takes about as long: so who wants
    /// a few has them at once.
    private static let sequencesALookUp = 32

    init(_ shard: TokenShard) { self.shard = shard }

    /// Where a sequence's tokens are.
    ///
    /// - Parameters:
    ///   - room: sequences that may yet be remembered, of all shards.
    ///   - buffer: memory that is used again from one call to the next.
    /// - Throws: as `TokenShard`.
    func extent(of sequence: Int, room: borrowing Atomic<Int>, buffer: inout [UInt8]) throws -> TokenExtent {
        let known = try remembered(room)
        return try known?[sequence] ?? shard.record(sequence, buffer: &buffer).extent
    }

    /// Remembers where all tokens are, as far as there is room.
    ///
    /// - Throws: as `TokenShard`.
    func remember(_ room: borrowing Atomic<Int>) throws {
        state.withLock { $0.lookedUpCount = shard.sequenceCount }
        _ = try remembered(room)
    }

    private func remembered(_ room: borrowing Atomic<Int>) throws -> [TokenExtent]? {
        let outcome = state.withLock { state -> Result<[TokenExtent]?, any Error> in
            if state.extents != nil || state.isRefused { return .success(state.extents) }
            state.lookedUpCount += 1
            guard state.lookedUpCount * Self.sequencesALookUp > shard.sequenceCount else { return .success(nil) }
            guard room.subtract(shard.sequenceCount, ordering: .relaxed).newValue >= 0 else {
                room.add(shard.sequenceCount, ordering: .relaxed)
                state.isRefused = true
                return .success(nil)
            }
            return Result {
                state.extents = try shard.extents()
                return state.extents
            }
        }
        return try outcome.get()
    }
}
