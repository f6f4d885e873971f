import ArgumentParser
import ContentStore
import Conversations
import DatasetFormats
import DatasetRegistry
import Foundation
import StreamingLoader

struct Stream: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stream",
        abstract: "Write rows, conversations or tokens to a pipe, in an order that training can go on in.",
        discussion: """
            The order is a matter of the seed alone. A batch is the same whatever the number of ranks, threads or starts; \
            with --by-batch each says where the next one begins, which --resume takes. docs/streaming.md trains a model \
            of PyTorch's so.

            Examples:
                ds stream identity | head -1
                ds stream identity --as tokens --model smollm2 --by-batch --batch-size 8 --epochs 3
                ds stream a,b --mix-strategy interleave_over --interleave-probs 0.7,0.3 --format arrow
                ds stream identity --batches 10 --state place.json; ds stream identity --resume place.json
            """)

    @Argument(help: "Data sets, with commas between them.") var datasets: String
    @Option(name: .customLong("as"), help: "As what: rows, conversations or tokens.") var form = StreamForm.rows
    @Option(help: "jsonl, or an Arrow stream.") var format = StreamFormat.jsonl
    @Flag(help: "Write each batch as one line, with the state after it.") var byBatch = false
    @OptionGroup(title: "Order") var order: StreamOrderOptions
    @OptionGroup(title: "Place") var place: StreamPlaceOptions
    @OptionGroup(title: "As tokens") var encoding: EncodingSettings
    @Flag(help: "Fill sequences of cutoff-len tokens with examples.") var packing = false
    @Flag(help: "Encode rows as they come, rather than keeping their tokens in the store.") var noCache = false
    @OptionGroup var strictness: StrictnessOptions
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var store: StoreOptions

    func validate() throws {
        if packing, form != .tokens || noCache {
            throw ValidationError("--packing goes with --as tokens, and without --no-cache")
        }
    }

    func run() throws {
        Interruption.watch()
        let store = try store.open()
        let datasets = try datasets.split(separator: ",").map { try store.dataset(String($0)) }
        let (items, packedLength, recipe) = try items(datasets, in: store)
        let job = try job(datasets, items, packedLength: packedLength, recipe: recipe)
        let first = try place.firstState(seed: order.seed, identity: job.identity)
        tell(job, from: first)
        let writer = try StreamWriter(fields: format == .arrow ? fields(job) : nil)
        let last = try write(job.start(from: first, threadCount: compute.threadCount), from: first, to: writer)
        try place.write(last, identity: job.identity)
        if Interruption.wasAsked { throw ExitCode(ExitStatus.interrupted.rawValue) }
    }

    /// - Returns: the state after the last batch that was written.
    private func write(
        _ pipeline: OrderedPipeline<StreamJob.Batch>, from first: LoaderState, to writer: StreamWriter
    ) throws -> LoaderState {
        var state = first
        var count = 0
        var skips = 0
        do {
            while count < place.batches ?? .max, !Interruption.wasAsked, let batch = try pipeline.next() {
                if strictness.strict { try CommandError.refuse(batch.skipped) }
                for skip in batch.skipped {
                    skips += 1
                    if skips <= Self.namedSkips { Terminal.note("skipped \(Terminal.safe(skip.description))") }
                }
                try writer.write(batch.text)
                state = batch.next
                count += 1
            }
            try writer.finish()
        } catch is StreamWriter.ReaderGone {}
        if skips > Self.namedSkips { Terminal.note("skipped \(Format.count(skips - Self.namedSkips, "row")) more") }
        return state
    }

    private static let namedSkips = 10

    // MARK: Making ready

    /// What the items are made by, how long packed ones are, and what they are made with.
    private func items(
        _ datasets: [StoredDataset], in store: Store
    ) throws -> (StreamItems, packedLength: Int?, recipe: [String]) {
        switch form {
        case .rows: return (.rows(RowItems(datasets: datasets)), nil, [])
        case .conversations: return (.rows(try ConversationItems(datasets)), nil, [])
        case .tokens: break
        }
        let encoding = try encoding.encoding(in: store)
        let kept = try datasets.map {
            try DatasetTokens(
                $0, model: encoding.files, template: encoding.template, templateText: encoding.options.template,
                tokenizer: encoding.pretrained.tokenizer, options: encoding.options.encoderOptions, in: store)
        }
        let recipe = try kept.map { try $0.recipe.id().hex } + (noCache ? ["as they come"] : [])
        let packedLength = packing ? encoding.options.cutoffLength : nil
        guard !noCache else {
            return (.rows(try EncodedItems(datasets, encoders: kept.map(\.encoder))), packedLength, recipe)
        }
        let tokens = try kept.map { kept in
            let all = RowSampling(rowCount: kept.dataset.rowCount)
            guard let rows = try kept.obtain(sampling: all, threadCount: compute.threadCount, sharing: .alone) else {
                throw CommandError.unwritable(path: "\(store.root)", problem: "tokens cannot be kept; add --no-cache")
            }
            return rows
        }
        return (.tokens(TokenItems(tokens: tokens)), packedLength, recipe)
    }

    private func job(
        _ datasets: [StoredDataset], _ items: StreamItems, packedLength: Int?, recipe: [String]
    ) throws -> StreamJob {
        let parts = try datasets.indices.map { index in
            let selection =
                order.valSize == nil
                ? nil : try items.selection(ofPart: index) { order.takes(hash: $0) }
            let sampling = RowSampling(
                rowCount: selection?.count ?? items.counts[index], sampleCount: datasets[index].attributes.sampleCount,
                maximum: order.maxSamples, seed: order.seed)
            return selection.map { SampleOrder.Part(selection: $0, sampling: sampling) } ?? .init(sampling: sampling)
        }
        let shards = datasets.reduce(0) { $0 + $1.manifest.shards.count }
        let rows = datasets.reduce(0) { $0 + $1.rowCount }
        let rowOrder = order.rowOrder(rowsPerShard: rows / max(1, shards))
        let samples = try SampleOrder(
            parts: parts, mixing: order.mixStrategy, weights: try order.weights, order: rowOrder, seed: order.seed)
        // Everything that decides which samples come in which order.
        let identity = [
            datasets.map(\.manifestID.hex).joined(separator: ","), form.rawValue, "\(rowOrder)",
            order.mixStrategy.rawValue, order.interleaveProbs ?? "", "\(order.maxSamples ?? 0)",
            order.valSize.map { "\($0) \(order.split)" } ?? "",
            packedLength.map { "\($0), packing \(WindowPacker.version)" } ?? "0", recipe.joined(separator: ","),
        ].joined(separator: "\n")
        return StreamJob(
            items: items, names: datasets.map(\.name), order: samples, place: place,
            identity: try ObjectID.of(Array(identity.utf8)).hex, isByBatch: byBatch && format == .jsonl,
            hasPlaces: byBatch && format == .arrow, packedLength: packedLength)
    }

    private func tell(_ job: StreamJob, from state: LoaderState) {
        guard job.packedLength == nil else {
            // How many sequences an epoch packs into is known when it has ended.
            switch place.ending {
            case .pad: Terminal.note("note: sequences of an epoch come twice where its last batch is not full")
            case .drop: Terminal.note("note: the last sequences of an epoch are left out where they fill no batch")
            case .short: break
            }
            return
        }
        let uneven = job.plan.unevenCount(from: state.position)
        guard uneven > 0 else { return }
        switch place.ending {
        case .pad: Terminal.note("note: \(Format.count(uneven, "item")) of an epoch come twice, to fill its last batch")
        case .drop:
            Terminal.note("note: the last \(Format.count(uneven, "item")) of an epoch fill no batch, and are left out")
        case .short: break
        }
    }

    // MARK: Arrow

    /// The columns of all items.
    private func fields(_ job: StreamJob) throws -> [Field] {
        let places = byBatch ? [Field("next_epoch", .integer(.int64)), Field("next_position", .integer(.int64))] : []
        guard form != .tokens, case .rows(let maker) = job.items else {
            let list = ColumnType.list(Field("item", .integer(.int64)))
            return [Field("input_ids", list), Field("labels", list), Field("lengths", list), Field("role", .utf8)]
                + places
        }
        var collector = ColumnarSchemaCollector(source: "the stream")
        for (part, dataset) in maker.datasets.enumerated() {
            try dataset.forEachRow(at: 0..<dataset.rowCount) { row, bytes in
                try Interruption.check()
                var text: [UInt8] = []
                do {
                    try maker.append(bytes.span, .init(dataset: part, row: row), separator: 0x0A, to: &text)
                } catch {
                    guard SkippedRow(source: dataset.name, row: row, error: error) != nil else { throw error }
                    return
                }
                try collector.add(
                    RawRow(index: row, byteRange: 0..<text.count, lineNumber: 1, leadingBytes: [], bytes: text))
            }
        }
        return try collector.fields() + places
    }
}
