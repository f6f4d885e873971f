import Dispatch
import Foundation
import LanguageModels
import Synchronization
import Tokenizers

/// Answers many requests with one model at once: each joins and leaves the batch between two passes (continuous
/// batching, Yu et al. 2022), has a place of its own in the cache, and may use an adapter of its own.
///
/// One thread owns the model's buffers; whoever asks only waits.
public final class InferenceEngine: Sendable {
    public struct Options: Sendable, Hashable {
        /// Most answers that are made at once.
        public var batchSize = 8
        /// Tokens that all answers under way may have together, prompts included.
        public var cacheTokens = 8192
        /// Most requests that wait.
        public var queueLimit = 64

        public init() {}
    }

    struct Inbox {
        var waiting: [EngineJob] = []
        var isStopped = false
    }

    public let options: Options
    public let metrics: ServingMetrics
    /// Tokens that one answer may have, prompt included.
    public let capacity: Int
    let inbox = Mutex(Inbox())
    let wake = DispatchSemaphore(value: 0)

    public init(
        model: TransformerModel, tokenizer: Tokenizer, options: Options = Options(), metrics: ServingMetrics = .init()
    ) {
        self.options = options
        self.metrics = metrics
        capacity = min(options.cacheTokens, model.maximumPositions)
        let loop = EngineLoop.Parts(model: model, tokenizer: tokenizer, options: options, metrics: metrics)
        let thread = Thread { [weak self, wake] in
            var loop = EngineLoop(loop)
            while true {
                if loop.isIdle { wake.wait() }
                guard loop.turn(self) else { return }
            }
        }
        thread.name = "ds-engine"
        thread.start()
    }

    deinit { wake.signal() }

    /// Ends all answers; the engine is of no use afterwards.
    public func stop() {
        inbox.withLock { $0.isStopped = true }
        wake.signal()
    }

    /// Asks for an answer. It is dropped, and its place given to another, when nobody reads the events any more.
    ///
    /// - Throws: `ServingError.queueFull`, `LanguageModelsError.tooLong` where the prompt does not fit.
    public func generate(_ request: GenerationRequest) throws -> AsyncStream<GenerationEvent> {
        precondition(!request.prompt.isEmpty)
        guard request.prompt.count < capacity else {
            throw LanguageModelsError.tooLong(tokens: request.prompt.count, limit: capacity - 1)
        }
        let (stream, continuation) = AsyncStream<GenerationEvent>.makeStream()
        let job = EngineJob(.generate(request, continuation))
        continuation.onTermination = { [wake] _ in
            job.cancel()
            wake.signal()
        }
        try submit(job)
        return stream
    }

    /// The mean of a text's last hidden states, `[hidden]`.
    ///
    /// - Throws: as `generate`.
    public func embedding(of tokens: [Int32], adapter: LowRankAdapter?) async throws -> [Float] {
        precondition(!tokens.isEmpty)
        guard tokens.count <= capacity else {
            throw LanguageModelsError.tooLong(tokens: tokens.count, limit: capacity)
        }
        return try await withCheckedThrowingContinuation { continuation in
            let job = EngineJob(.embed(tokens, adapter, continuation))
            do { try submit(job) } catch { continuation.resume(throwing: error) }
        }
    }

    private func submit(_ job: EngineJob) throws {
        let limit = options.queueLimit
        let problem = inbox.withLock { inbox -> ServingError? in
            if inbox.isStopped { return .stopped }
            // Those that nobody waits for take no place; the engine's thread forgets and counts them.
            let count = inbox.waiting.count { !$0.isCancelled }
            guard count < limit else {
                return .queueFull(limit: limit, retryAfter: 1 + count / options.batchSize)
            }
            inbox.waiting.append(job)
            metrics.update { $0.waiting = inbox.waiting.count }
            return nil
        }
        if let problem {
            metrics.update { $0.requests["rejected", default: 0] += 1 }
            throw problem
        }
        wake.signal()
    }
}
