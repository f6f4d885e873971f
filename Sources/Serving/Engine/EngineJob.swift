import LanguageModels
import Synchronization

/// One thing that an engine was asked for.
final class EngineJob: Sendable {
    enum Work: Sendable {
        case generate(GenerationRequest, AsyncStream<GenerationEvent>.Continuation)
        case embed([Int32], LowRankAdapter?, CheckedContinuation<[Float], any Error>)
    }

    let work: Work
    let submitted: ContinuousClock.Instant
    private let cancelled = Atomic<Bool>(false)

    init(_ work: Work) {
        self.work = work
        submitted = .now
    }

    /// Whether nobody waits for it any more.
    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }
    func cancel() { cancelled.store(true, ordering: .relaxed) }

    /// Ends it without an answer.
    func fail(_ error: any Error) {
        switch work {
        case .generate(_, let events):
            events.yield(.failed("\(error)"))
            events.finish()
        case .embed(_, _, let continuation): continuation.resume(throwing: error)
        }
    }
}
