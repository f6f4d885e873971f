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

    let items: StreamItems
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
        switch items {
        case .rows(let maker): startRows(maker, from: state, threadCount)
        case .tokens(let tokens):
            if let packedLength {
                startPacked(tokens, length: packedLength, from: state, threadCount)
            } else {
                startTokens(tokens, from: state, threadCount)
            }
        }
    }

    var plan: BatchPlan {
        BatchPlan(sampleCount: order.count, batchSize: place.batchSize, ending: place.ending)
    }

    /// Results that may be ahead of the reader, for each thread.
    private static let resultsAhead = 2

    /// This rank's part of a batch.
    private struct Part: Sendable {
        let epoch: Int
        let places: [Int]
        let next: LoaderState
    }

    private func part(of batch: BatchPlan.Batch) -> Part {
        let places = batch.places[place.share.range(of: batch.places.count)]
        return Part(epoch: batch.epoch, places: Array(places), next: batch.next)
    }

    private func startRows(
        _ maker: any RowItemMaker, from state: LoaderState, _ threadCount: Int
    ) -> OrderedPipeline<Batch> {
        let job = self
        var cursor = BatchCursor(plan, from: state, epochs: place.epochLimit)
        var ahead = RowReadAhead(
            maker.datasets, next: { cursor.next().map { job.part(of: $0) } }, rowCount: \.places.count,
            rows: { part in
                job.order.samples(at: part.places, epoch: part.epoch).map {
                    RowAddress(dataset: $0.part, row: $0.row)
                }
            })
        return OrderedPipeline(
            threadCount: threadCount, capacity: Self.resultsAhead * threadCount, plan: { ahead.nextBatch() },
            work: { batch in
                var text = StreamBatchText(job, epoch: batch.batch.epoch, next: batch.batch.next)
                try batch.forEachRow { _, address, row in
                    try text.add(.init(part: address.dataset, row: address.row)) {
                        try maker.append(row, address, separator: $0, to: &$1)
                    }
                }
                return text.finish()
            })
    }

    private func startTokens(
        _ tokens: TokenItems, from state: LoaderState, _ threadCount: Int
    ) -> OrderedPipeline<Batch> {
        let job = self
        var cursor = BatchCursor(plan, from: state, epochs: place.epochLimit)
        return OrderedPipeline(
            threadCount: threadCount, capacity: Self.resultsAhead * threadCount,
            plan: { cursor.next().map { job.part(of: $0) } },
            work: { part in
                var text = StreamBatchText(job, epoch: part.epoch, next: part.next)
                for sample in job.order.samples(at: part.places, epoch: part.epoch) {
                    try text.add(sample) { try tokens.append([sample], to: &$1) }
                }
                return text.finish()
            })
    }

    private func startPacked(
        _ tokens: TokenItems, length: Int, from state: LoaderState, _ threadCount: Int
    ) -> OrderedPipeline<Batch> {
        let job = self
        var cursor = PackedCursor(
            sampleCount: order.count, batchSize: place.batchSize, capacity: length, ending: place.ending,
            from: state, epochs: place.epochLimit
        ) { try tokens.lengths(job.order.samples(at: $0, epoch: $1)) }
        return OrderedPipeline(
            threadCount: threadCount, capacity: Self.resultsAhead * threadCount, plan: { try cursor.next() },
            work: { batch in
                var text = StreamBatchText(job, epoch: batch.epoch, next: batch.next)
                for sequence in batch.sequences[job.place.share.range(of: batch.sequences.count)] {
                    let samples = job.order.samples(at: sequence, epoch: batch.epoch)
                    guard let first = samples.first else { continue }
                    try text.add(first) { try tokens.append(samples, to: &$1) }
                }
                return text.finish()
            })
    }
}
