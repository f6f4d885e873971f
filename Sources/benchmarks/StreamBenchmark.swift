import ArgumentParser
import ContentStore
import DatasetFormats
import DatasetRegistry
import Foundation
import StreamingLoader
import SystemPackage

/// Rows and tokens a second from a store, and milliseconds to go on in the middle of an epoch.
struct StreamBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stream",
        abstract: "Stream a data set's rows, parsed and shuffled, and its tokens where it has some.")

    @Option(help: "The store, a folder .ds.") var store: String
    @Option(help: "The data set.") var dataset: String
    @Option(help: "Threads.") var threads = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: "How often to measure; the fastest counts.") var repetitions = 3
    @Option(help: "Only one of: rows, resume, tokens. Memory is that of the whole process.") var only: String?

    private static let batchSize = 256

    func run() throws {
        for (name, body) in [("resume", measureResume), ("rows", measureRows), ("tokens", measureTokens)] {
            if only == nil || only == name { try body() }
        }
        var usage = rusage()
        guard getrusage(CInt(RUSAGE_SELF.rawValue), &usage) == 0 else { return }
        print(String(format: "%d threads, peak memory %.0f MB", threads, Double(usage.ru_maxrss) / 1024))
    }

    private func open() throws -> (Store, StoredDataset) {
        let store = try Store(opening: FilePath(store))
        let version = try store.version(.dataset, try ReferenceName(dataset)).version
        return (store, try StoredDataset(version.manifest, name: dataset, in: store))
    }

    private func fastest(_ body: () throws -> Void) rethrows -> Double {
        var best = Double.infinity
        for _ in 0..<repetitions { best = min(best, try seconds(body)) }
        return best
    }

    private func seconds(_ body: () throws -> Void) rethrows -> Double {
        let time = try ContinuousClock().measure(body).components
        return Double(time.seconds) + Double(time.attoseconds) * 1e-18
    }

    /// From nothing to the first row after half an epoch: the store opened, the state read, the row read and parsed.
    private func measureResume() throws {
        let count = try open().1.rowCount
        let seconds = try fastest {
            let dataset = try open().1
            let state = LoaderState(seed: 1, position: count / 2)
            let plan = BatchPlan(sampleCount: dataset.rowCount, batchSize: 1, ending: .short)
            guard let batch = plan.batch(at: state) else { return }
            let order = try self.order(dataset.rowCount)
            _ = try dataset.rows(at: order.samples(at: batch.places, epoch: batch.epoch).map(\.row))
        }
        print(String(format: "resume at half of %d rows, to the first row: %.2f ms", count, seconds * 1e3))
    }

    private func order(_ count: Int) throws -> SampleOrder {
        try SampleOrder(parts: [.init(sampling: RowSampling(rowCount: count))], order: .shuffled, seed: 1)
    }

    /// The first epoch of a dataset that is opened anew each time, so that every shard is checked each time; and the
    /// second, which finds them checked.
    private func measureRows() throws {
        var (first, second) = (Double.infinity, Double.infinity)
        var rows = 0
        for _ in 0..<repetitions {
            var dataset: StoredDataset?
            first = min(
                first,
                try seconds {
                    let opened = try open().1
                    dataset = opened
                    rows = try streamRows(opened, epoch: 0)
                })
            guard let dataset else { return }
            second = min(second, try seconds { _ = try streamRows(dataset, epoch: 1) })
        }
        print(String(format: "%d rows, shuffled and parsed: %.0f rows/s", rows, Double(rows) / first))
        print(String(format: "the same in the second epoch: %.0f rows/s", Double(rows) / second))
    }

    private func streamRows(_ dataset: StoredDataset, epoch: Int) throws -> Int {
        let order = try order(dataset.rowCount)
        var cursor = BatchCursor(
            BatchPlan(sampleCount: dataset.rowCount, batchSize: Self.batchSize, ending: .short),
            from: LoaderState(seed: 1, epoch: epoch), epochs: epoch + 1)
        var ahead = RowReadAhead(
            [dataset], next: { cursor.next() }, rowCount: \.places.count,
            rows: { batch in
                order.samples(at: batch.places, epoch: batch.epoch).map { RowAddress(dataset: 0, row: $0.row) }
            })
        let pipeline = OrderedPipeline<[JSONObject]>(
            threadCount: threads, capacity: 2 * threads, plan: { ahead.nextBatch() },
            work: { batch, spent in try batch.rows(insteadOf: &spent) })
        var rows = 0
        while let batch = try pipeline.next() { rows += batch.count }
        return rows
    }

    private func measureTokens() throws {
        let (store, dataset) = try open()
        for name in try store.references.names(.tokenization) {
            let version = try store.version(.tokenization, name).version
            guard case .tokenization(let manifest) = try store.manifest(version.manifest),
                manifest.recipe.inputs.first == dataset.manifestID
            else { continue }
            try measureTokens(manifest, store)
        }
    }

    private func measureTokens(_ manifest: TokenizationManifest, _ store: Store) throws {
        var tokens = 0
        let seconds = try fastest {
            let rows = TokenizedRows(
                manifest.shards.map {
                    .init(rowCount: $0.rows, sequenceCount: $0.sequences, tokenCount: $0.tokens)
                }
            ) { try TokenShard(StoredBytes(manifest.shards[$0].object, in: store)) }
            let order = try order(rows.sequenceCount)
            var cursor = BatchCursor(
                BatchPlan(sampleCount: rows.sequenceCount, batchSize: Self.batchSize, ending: .short),
                from: LoaderState(seed: 1), epochs: 1)
            let pipeline = OrderedPipeline<SequenceBatch>(
                threadCount: threads, capacity: 4 * threads, plan: { cursor.next() },
                work: { batch, spent in
                    var buffer: [UInt8] = []
                    var sequences = spent.take() ?? SequenceBatch()
                    sequences.removeAll()
                    for sample in order.samples(at: batch.places, epoch: batch.epoch) {
                        try rows.append(sample.row, to: &sequences, buffer: &buffer)
                    }
                    return sequences
                })
            tokens = 0
            while let batch = try pipeline.next() { tokens += batch.tokenIDs.count }
        }
        print(
            String(format: "%d tokens, shuffled, with labels: %.1f M tokens/s", tokens, Double(tokens) / seconds / 1e6))
    }
}

/// An object as a token shard is read, compared with its witness first.
private struct StoredBytes: ByteFile {
    let file: ObjectFile
    var name: String { file.object.id.hex }

    init(_ object: StoredObject, in store: Store) throws {
        file = try store.objects.open(object)
        try file.check()
    }

    var byteCount: Int { file.object.bytes }
    func read(_ range: Range<Int>, into buffer: inout [UInt8]) throws { try file.read(range, into: &buffer) }
}
