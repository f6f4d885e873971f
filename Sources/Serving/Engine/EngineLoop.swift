import LanguageModels
import Tokenizers

/// What an engine's thread does: takes what waits, reads a pass, chooses a token for each answer that is due.
struct EngineLoop {
    struct Parts: Sendable {
        let model: TransformerModel
        let tokenizer: Tokenizer
        let options: InferenceEngine.Options
        let metrics: ServingMetrics
    }

    private let tokenizer: Tokenizer
    private let batchSize: Int
    private let metrics: ServingMetrics
    private let generator: BatchGenerator
    private var active: [EngineSequence] = []

    init(_ parts: Parts) {
        tokenizer = parts.tokenizer
        batchSize = max(1, parts.options.batchSize)
        metrics = parts.metrics
        generator = BatchGenerator(
            model: parts.model, capacity: max(1, parts.options.cacheTokens), passSequences: batchSize,
            passTokens: max(256, batchSize))
    }

    /// Whether there is nothing to do before something new comes.
    private(set) var isIdle = true

    /// One turn.
    ///
    /// - Parameter engine: nil once nobody has it any more.
    /// - Returns: false when the engine is stopped.
    mutating func turn(_ engine: InferenceEngine?) -> Bool {
        guard let engine, !engine.inbox.withLock({ $0.isStopped }) else {
            stop(engine)
            return false
        }
        dropCancelled(engine)
        admit(from: engine)
        close(groups().flatMap { read($0) })
        metrics.update { $0.running = active.count }
        isIdle = active.isEmpty && engine.inbox.withLock { $0.waiting.isEmpty }
        return true
    }

    private mutating func stop(_ engine: InferenceEngine?) {
        let waiting = engine?.inbox.withLock { inbox in
            defer { inbox.waiting = [] }
            return inbox.waiting
        }
        let jobs = active.map(\.job) + (waiting ?? [])
        active = []
        let cancelled = jobs.count(where: \.isCancelled)
        metrics.update { state in
            state.requests["cancelled", default: 0] += cancelled
            state.requests["failed", default: 0] += jobs.count - cancelled
            (state.waiting, state.running) = (0, 0)
        }
        for job in jobs { job.fail(ServingError.stopped) }
    }

    /// Forgets what nobody waits for any more. Only this counts it, so that each is counted once.
    private mutating func dropCancelled(_ engine: InferenceEngine) {
        var count = 0
        for index in active.indices.reversed() where active[index].job.isCancelled {
            generator.close(active[index].place)
            active.remove(at: index)
            count += 1
        }
        engine.inbox.withLock { inbox in
            let before = inbox.waiting.count
            inbox.waiting.removeAll(where: \.isCancelled)
            count += before - inbox.waiting.count
            metrics.update { state in
                state.waiting = inbox.waiting.count
                state.requests["cancelled", default: 0] += count
            }
        }
    }

    /// Takes what waits, in order, as long as there is room.
    private mutating func admit(from engine: InferenceEngine) {
        while let job = engine.inbox.withLock({ $0.waiting.first }) {
            do {
                guard try begin(job) else { break }
            } catch {
                job.fail(error)
                metrics.update { $0.requests["failed", default: 0] += 1 }
            }
            engine.inbox.withLock { inbox in
                inbox.waiting.removeAll { $0 === job }
                metrics.update { $0.waiting = inbox.waiting.count }
            }
            // One text a turn, so that many of them do not keep answers waiting.
            if case .embed = job.work { break }
        }
    }

    /// - Returns: false where there is no room yet.
    private mutating func begin(_ job: EngineJob) throws -> Bool {
        switch job.work {
        case .embed(let tokens, let adapter, let continuation):
            guard let state = try generator.meanHiddenState(of: tokens, adapter: adapter) else { return false }
            metrics.update { $0.promptTokens += tokens.count }
            continuation.resume(returning: state)
        case .generate(let request, let events):
            guard active.count < batchSize else { return false }
            let limit = min(generator.capacity, modelLimit)
            let wanted = min(limit, request.prompt.count + request.maximumTokens)
            guard let place = try generator.open(capacity: wanted) else { return false }
            active.append(EngineSequence(job, request, events, place: place, tokenizer: tokenizer))
        }
        return true
    }

    private var modelLimit: Int { generator.maximumPositions }

    /// Answers that can be read together: those with the same adapter.
    private func groups() -> [[Int]] {
        var order: [ObjectIdentifier?] = []
        var groups: [ObjectIdentifier?: [Int]] = [:]
        for (index, sequence) in active.enumerated() {
            let key = sequence.request.adapter.map { ObjectIdentifier($0) }
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append(index)
        }
        // What answers have written first, so that long prompts do not keep them waiting.
        return order.compactMap { groups[$0]?.sorted { active[$0].pending.count < active[$1].pending.count } }
    }

    /// - Returns: the answers that are whole now.
    private mutating func read(_ group: [Int]) -> [Int] {
        var room = generator.passTokens
        var indices: [Int] = []
        var readings: [BatchGenerator.Reading] = []
        for index in group where room > 0 {
            let tokens = Array(active[index].pending.prefix(room))
            room -= tokens.count
            active[index].pending.removeFirst(tokens.count)
            indices.append(index)
            readings.append(
                .init(
                    sequence: active[index].place, tokens: tokens, wantsLogits: active[index].pending.isEmpty))
        }
        let logits = generator.read(&readings, adapter: active[group[0]].request.adapter)
        metrics.update { $0.passes += 1 }
        var ended: [Int] = []
        for (position, index) in indices.enumerated() {
            active[index].place = readings[position].sequence
            guard let row = logits[position] else { continue }
            if advance(index, row) { ended.append(index) }
        }
        return ended
    }

    /// - Returns: whether the answer is whole.
    private mutating func advance(_ index: Int, _ logits: [Float]) -> Bool {
        let isFirst = active[index].answerTokenCount == 0
        let seconds = { (job: EngineJob) in (ContinuousClock.now - job.submitted) / .seconds(1) }
        do {
            let ending = try active[index].advance(logits)
            let sequence = active[index]
            metrics.update { state in
                if isFirst {
                    state.timeToFirstToken.add(seconds(sequence.job))
                    state.promptTokens += sequence.request.prompt.count
                }
                guard let ending else { return }
                state.generatedTokens += sequence.answerTokenCount
                state.requests[ending.rawValue, default: 0] += 1
                state.duration.add(seconds(sequence.job))
            }
            return ending != nil
        } catch {
            active[index].job.fail(error)
            metrics.update { $0.requests["failed", default: 0] += 1 }
            return true
        }
    }

    private mutating func close(_ ended: [Int]) {
        for index in ended.sorted(by: >) {
            generator.close(active[index].place)
            active.remove(at: index)
        }
    }
}
