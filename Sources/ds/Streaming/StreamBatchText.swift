import DatasetFormats
import StreamingLoader

/// Puts the items of a batch into one text, each in a line, or all in one.
struct StreamBatchText {
    private let job: StreamJob
    private let next: LoaderState
    private var text: [UInt8] = []
    private var skipped: [SkippedRow] = []
    private var hasItems = false

    init(_ job: StreamJob, epoch: Int, next: LoaderState) {
        self.job = job
        self.next = next
        if job.isByBatch { text += Array("{\"epoch\":\(epoch),\"items\":[".utf8) }
    }

    /// Adds what a sample is, or notes that it is skipped.
    ///
    /// - Parameter write: appends items, and what stands between them.
    /// - Throws: what `write` throws, where it is not about one row.
    mutating func add(
        _ sample: DatasetMixture.Place, _ write: (_ separator: UInt8, inout [UInt8]) throws -> Void
    ) throws {
        let start = text.count
        if job.isByBatch, hasItems { text.append(UInt8(ascii: ",")) }
        do {
            try write(job.isByBatch ? UInt8(ascii: ",") : 0x0A, &text)
        } catch {
            text.removeLast(text.count - start)
            guard let skip = SkippedRow(source: job.names[sample.part], row: sample.row, error: error) else {
                throw error
            }
            return skipped.append(skip)
        }
        hasItems = true
        if job.hasPlaces {
            text.removeLast()
            text += Array(",\"next_epoch\":\(next.epoch),\"next_position\":\(next.position)}".utf8)
        }
        if !job.isByBatch { text.append(0x0A) }
    }

    /// The batch with all that was added.
    consuming func finish() -> StreamJob.Batch {
        if job.isByBatch {
            text += Array("],\"next\":".utf8)
            text += JSONWriter.bytes(.object(StreamPlaceOptions.json(next, identity: job.identity)), style: .compact)
            text += Array("}\n".utf8)
        }
        return StreamJob.Batch(text: text, next: next, skipped: skipped)
    }
}
