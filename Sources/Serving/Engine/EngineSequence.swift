import LanguageModels
import Tokenizers

/// An answer that is being made: what is still to be read, and what was written.
struct EngineSequence {
    let job: EngineJob
    let request: GenerationRequest
    let events: AsyncStream<GenerationEvent>.Continuation
    var place: BatchGenerator.Sequence
    /// Tokens to be read next: the rest of the prompt, or the token chosen last.
    var pending: ArraySlice<Int32>
    private var sampler: Sampler
    private var decoder: StreamingDecoder
    private var matcher: StopMatcher
    private var filter: TokenFilter
    private(set) var answerTokenCount = 0

    init(
        _ job: EngineJob, _ request: GenerationRequest, _ events: AsyncStream<GenerationEvent>.Continuation,
        place: BatchGenerator.Sequence, tokenizer: Tokenizer
    ) {
        self.job = job
        self.request = request
        self.events = events
        self.place = place
        pending = request.prompt[...]
        sampler = Sampler(request.sampling)
        sampler.notePrompt(request.prompt)
        decoder = StreamingDecoder(tokenizer)
        matcher = StopMatcher(request.stopWords)
        filter = TokenFilter(request.constraint, tokenizer: tokenizer, stopIDs: request.stopIDs)
    }

    /// Chooses the next token and tells of it.
    ///
    /// - Returns: how the answer ended, where it did.
    mutating func advance(_ logits: [Float]) throws -> ChatAnswer.Ending? {
        // Where no token is allowed, what is there is all there can be.
        guard let token = filter.isFree ? sampler.choose(from: logits) : choose(from: logits) else {
            return finish(.stop)
        }
        if request.stopIDs.contains(token) { return finish(.stop) }
        answerTokenCount += 1
        filter.note(token)
        let released = matcher.add(try decoder.add(token))
        let odds = request.namedCandidates.map { LogProbabilities(of: token, in: logits, naming: $0) }
        events.yield(.token(.init(id: token, text: released.text, odds: odds)))
        if released.isStopped { return finish(.stop, isCut: true) }
        if filter.isComplete { return finish(.stop) }
        if answerTokenCount >= request.maximumTokens || place.count >= place.capacity { return finish(.length) }
        pending = [token]
        return nil
    }

    private mutating func choose(from logits: [Float]) -> Int32? {
        let filter = filter
        return sampler.choose(from: logits) { filter.allows($0) }
    }

    /// - Parameter isCut: whether what is held back is not to be given out.
    private mutating func finish(_ reason: ChatAnswer.Ending, isCut: Bool = false) -> ChatAnswer.Ending {
        var rest = ""
        if !isCut {
            let last = matcher.add(decoder.finish())
            rest = last.text + (last.isStopped ? "" : matcher.finish())
        }
        events.yield(
            .finished(
                .init(
                    reason: reason, text: rest, promptTokenCount: request.prompt.count,
                    answerTokenCount: answerTokenCount)))
        events.finish()
        return reason
    }
}
