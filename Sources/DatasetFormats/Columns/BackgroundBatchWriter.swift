import Dispatch

/// Writes batches on another thread, in their order, while the next is made. One waits at most, so that memory stays
/// bounded.
final class BackgroundBatchWriter: BatchWriter, @unchecked Sendable {
    // Sharing is safe: the queue alone has the writer while a batch is under way, and the caller only after waiting.
    private let queue = DispatchQueue(label: "ds.batch-writer")
    private let underWay = DispatchGroup()
    private var writer: any BatchWriter
    private var failure: (any Error)?

    init(_ writer: any BatchWriter) { self.writer = writer }

    /// - Throws: what went wrong with the batch before.
    func append(_ batch: RecordBatch) throws {
        try wait()
        queue.async(group: underWay) {
            do {
                try self.writer.append(batch)
            } catch {
                self.failure = error
            }
        }
    }

    func finish() throws {
        try wait()
        try writer.finish()
    }

    private func wait() throws {
        settle()
        if let failure { throw failure }
    }

    /// Waits until nothing is under way: whoever gives up must, so that nothing is written behind his back.
    func settle() { underWay.wait() }
}
