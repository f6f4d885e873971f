import Dispatch

/// Reads the next batch on another thread while the one before is used.
final class BackgroundBatchReader<Reader: BatchReader>: @unchecked Sendable {
    // Sharing is safe: the queue alone has the reader while a batch is under way, and the caller only after waiting.
    private let queue = DispatchQueue(label: "ds.batch-reader")
    private let underWay = DispatchGroup()
    private let rowsAtOnce: Int
    private var reader: Reader
    private var batch: Result<RecordBatch?, DatasetFormatsError> = .success(nil)

    /// - Parameter rowsAtOnce: as `BatchReader.nextBatch` has them.
    init(_ reader: Reader, rowsAtOnce: Int) {
        self.reader = reader
        self.rowsAtOnce = rowsAtOnce
        begin()
    }

    private func begin() {
        queue.async(group: underWay) {
            self.batch = Result { () throws(DatasetFormatsError) in try self.reader.nextBatch(self.rowsAtOnce) }
        }
    }

    /// The next rows, or nil after the last.
    ///
    /// - Throws: what the reader throws, where it comes in the file.
    func next() throws(DatasetFormatsError) -> RecordBatch? {
        underWay.wait()
        let batch = try batch.get()
        // After the last batch, as after an error, there is nothing more to read.
        if batch != nil { begin() }
        return batch
    }

    /// Waits until nothing is under way, and gives the reader back.
    func settle() -> Reader {
        underWay.wait()
        return reader
    }
}
