import Conversations
import DatasetFormats
import DatasetRegistry
import StreamingLoader

/// A stream made ready: its items in their order, and the threads that make them.
struct StreamJob {
    /// A batch as text, each item in a line, or all in one.
    struct Batch: Sendable {
        let text: [UInt8]
        let next: LoaderState
        let skipped: [SkippedRow]
    }

    let items: any StreamItems
    let names: [String]
    let order: SampleOrder
    let place: StreamPlaceOptions
    let identity: String
    /// Whether a batch is one line.
    let isByBatch: Bool
    /// Whether each item says where the batch after it begins.
    let hasPlaces: Bool
    /// Tokens of packed sequences.
    let packedLength: Int?

    /// Begins to make batches.
    func start(from state: LoaderState, threadCount: Int) -> OrderedPipeline<Batch> {
        let job = self
        let capacity = 4 * threadCount
        guard let packedLength, let tokens = items as? TokenItems else {
            var cursor = BatchCursor(plan, from: state, epochs: place.epochLimit)
            @Sendable func make(_ batch: BatchPlan.Batch) throws -> Batch {
                let places = batch.places[job.place.share.range(of: batch.places.count)]
                let samples = job.order.samples(at: places, epoch: batch.epoch)
                return try job.batch(samples.map { [$0] }, epoch: batch.epoch, next: batch.next)
            }
            return OrderedPipeline(
                threadCount: threadCount, capacity: capacity, plan: { cursor.next() }, work: { try make($0) })
        }
        var cursor = PackedCursor(
            sampleCount: order.count, batchSize: place.batchSize, capacity: packedLength, ending: place.ending,
            from: state, epochs: place.epochLimit
        ) { try tokens.lengths(job.order.samples(at: $0, epoch: $1)) }
        @Sendable func make(_ batch: PackedCursor.Batch) throws -> Batch {
            let sequences = batch.sequences[job.place.share.range(of: batch.sequences.count)]
            return try job.batch(
                sequences.map { job.order.samples(at: $0, epoch: batch.epoch) }, epoch: batch.epoch, next: batch.next)
        }
        return OrderedPipeline(
            threadCount: threadCount, capacity: capacity, plan: { try cursor.next() }, work: { try make($0) })
    }

    var plan: BatchPlan {
        BatchPlan(sampleCount: order.count, batchSize: place.batchSize, ending: place.ending)
    }

    /// - Parameter groups: samples of each item.
    private func batch(
        _ groups: [[DatasetMixture.Place]], epoch: Int, next: LoaderState
    ) throws -> Batch {
        var text: [UInt8] = []
        var skipped: [SkippedRow] = []
        if isByBatch { text += Array("{\"epoch\":\(epoch),\"items\":[".utf8) }
        var isFirst = true
        for samples in groups {
            let start = text.count
            if isByBatch, !isFirst { text.append(UInt8(ascii: ",")) }
            do {
                if samples.count == 1 {
                    try items.append(samples[0], separator: isByBatch ? UInt8(ascii: ",") : 0x0A, to: &text)
                } else if let tokens = items as? TokenItems {
                    try tokens.append(samples, to: &text)
                }
            } catch {
                text.removeLast(text.count - start)
                guard let sample = samples.first,
                    let skip = SkippedRow(source: names[sample.part], row: sample.row, error: error)
                else { throw error }
                skipped.append(skip)
                continue
            }
            isFirst = false
            if hasPlaces {
                text.removeLast()
                text += Array(",\"next_epoch\":\(next.epoch),\"next_position\":\(next.position)}".utf8)
            }
            if !isByBatch { text.append(0x0A) }
        }
        if isByBatch {
            text += Array("],\"next\":".utf8)
            text += JSONWriter.bytes(.object(StreamPlaceOptions.json(next, identity: identity)), style: .compact)
            text += Array("}\n".utf8)
        }
        return Batch(text: text, next: next, skipped: skipped)
    }
}
