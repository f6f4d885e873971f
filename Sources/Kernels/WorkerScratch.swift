/// Memory that one operation lends its workers, a piece each.
final class WorkerScratch: @unchecked Sendable {
    // Changed by the operation's caller alone, before the workers begin.
    private var pieces: [TensorStorage] = []

    /// Makes room: pieces only grow, so that an operation that comes again takes no memory.
    func reserve(byteCount: Int, workers: Int) {
        while pieces.count < workers { pieces.append(TensorStorage(byteCount: byteCount)) }
        for worker in 0..<workers where pieces[worker].byteCount < byteCount {
            pieces[worker] = TensorStorage(byteCount: byteCount)
        }
    }

    subscript(worker: Int) -> TensorStorage { pieces[worker] }
}
