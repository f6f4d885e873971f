import LanguageModels
import Serving
import Testing

/// What is said does not depend on who else is answered; places and queue are kept within their bounds.
@Suite struct InferenceEngineTests {
    private static let questions = [
        "Who are you?", "What is the capital of France?", "你是谁？", "Tell me a story.", "How many legs has a spider?",
        "What colour is the sky?", "hi", "Who made you?",
    ]

    @Test func answersTogetherAreThoseOfTheChat() async throws {
        let tiny = try TinyEngine(batchSize: 3)
        let streams = try Self.questions.map { try tiny.engine.generate(try tiny.request($0)) }
        for (question, stream) in zip(Self.questions, streams) {
            let expected = try TinyChat().session().answer(to: question, maximumTokens: 60)
            let answer = await TinyEngine.answer(stream)
            #expect(answer.text == expected.text)
            #expect(answer.reason == expected.ending)
        }
    }

    @Test func eachHasItsOwnAdapter() async throws {
        let tiny = try TinyEngine()
        let streams = try (0..<6).map { index in
            try tiny.engine.generate(try tiny.request("Who are you?", adapter: index % 2 == 1 ? tiny.adapter : nil))
        }
        var texts: [String] = []
        for stream in streams { texts.append(await TinyEngine.answer(stream).text) }
        #expect(Set(texts).count == 2)
        #expect(texts[0] == texts[2] && texts[1] == texts[3] && texts[0] != texts[1])
    }

    @Test func theQueueHasABound() async throws {
        let tiny = try TinyEngine(batchSize: 1, queueLimit: 3)
        var kept: [AsyncStream<GenerationEvent>] = []
        var refused = 0
        for _ in 0..<12 {
            do {
                kept.append(try tiny.engine.generate(try tiny.request("Tell me a story.")))
            } catch ServingError.queueFull(let limit, let retryAfter) {
                #expect(limit == 3 && retryAfter > 0)
                refused += 1
            }
        }
        #expect(refused > 0 && kept.count >= 3)
        for stream in kept { #expect(await TinyEngine.answer(stream).reason != nil) }
        // Now there is room again.
        #expect(await TinyEngine.answer(try tiny.engine.generate(try tiny.request("hi"))).reason != nil)
    }

    @Test func whoGoesAwayLeavesItsPlace() async throws {
        // Room for one answer alone: the next begins only once the first has gone.
        let tiny = try TinyEngine(batchSize: 1, cacheTokens: 900)
        var request = try tiny.request("Tell me a story.")
        request.stopIDs = []
        request.maximumTokens = 800
        // Where the machine is busy an answer may be whole before its first token is looked at: then another is left.
        for _ in 0..<50 where !tiny.metrics.prometheusText.contains("ending=\"cancelled\"} 1") {
            for await event in try tiny.engine.generate(request) {
                if case .token = event { break }
            }
            let next = try tiny.engine.generate(try tiny.request("hi"))
            #expect(await TinyEngine.answer(next).reason != nil)
        }
        #expect(tiny.metrics.prometheusText.contains("ds_requests_total{ending=\"cancelled\"} 1"))
    }

    /// Whether it was being made, waited for its turn, or was taken from the queue by one that came after it.
    @Test(arguments: [64, 4])
    func everyAnswerEndsInOneCounter(queueLimit: Int) async throws {
        let tiny = try TinyEngine(batchSize: 1, queueLimit: queueLimit, cacheTokens: 900)
        var request = try tiny.request("Tell me a story.")
        request.stopIDs = []
        request.maximumTokens = 800
        var asked = 0
        for _ in 0..<5 {
            var streams: [AsyncStream<GenerationEvent>] = []
            for _ in 0..<8 {
                asked += 1
                do {
                    streams.append(try tiny.engine.generate(request))
                } catch { guard case ServingError.queueFull = error else { throw error } }
            }
            // Those that went away leave room for others at once.
            #expect(streams.count >= 4)
            streams = []
        }
        let end = ContinuousClock.now + .seconds(60)
        while tiny.endings.values.reduce(0, +) < asked, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(await TinyEngine.answer(try tiny.engine.generate(try tiny.request("hi"))).reason != nil)
        #expect(tiny.endings.values.reduce(0, +) == asked + 1, "\(tiny.endings)")
        #expect(tiny.endings["cancelled"] ?? 0 > 0 && tiny.endings["failed"] == 0)
        #expect(tiny.metrics.prometheusText.contains("ds_requests_waiting 0\n"))
    }

    @Test func stopWordsEndAnAnswerAndAreNoPartOfIt() async throws {
        let tiny = try TinyEngine()
        let whole = await TinyEngine.answer(try tiny.engine.generate(try tiny.request("Who are you?"))).text
        let word = String(whole.dropFirst(6).prefix(3))
        var request = try tiny.request("Who are you?")
        request.stopWords = [word]
        let cut = await TinyEngine.answer(try tiny.engine.generate(request))
        #expect(whole.hasPrefix(cut.text + word))
        #expect(!cut.text.contains(word) && cut.reason == .stop)
    }

    @Test func stoppingEndsWhatIsUnderWay() async throws {
        let tiny = try TinyEngine(batchSize: 1)
        let streams = try (0..<3).map { _ in try tiny.engine.generate(try tiny.request("Tell me a story.")) }
        tiny.engine.stop()
        var failed = 0
        for stream in streams where await TinyEngine.answer(stream).text.contains("FAILED") { failed += 1 }
        #expect(failed >= 2)
        #expect(tiny.endings["failed"] == failed && tiny.endings.values.reduce(0, +) == 3)
        #expect(throws: ServingError.stopped) { try tiny.engine.generate(try tiny.request("hi")) }
    }

    @Test func anEmbeddingIsTheModelsMean() async throws {
        let tiny = try TinyEngine()
        let tokens: [Int32] = [72, 101, 108, 108, 111]
        let alone = BatchGenerator(model: tiny.tiny.model, capacity: 16, passSequences: 1)
        let expected = try alone.meanHiddenState(of: tokens, adapter: nil)
        #expect(try await tiny.engine.embedding(of: tokens, adapter: nil) == expected)
        #expect(try await tiny.engine.embedding(of: tokens, adapter: tiny.adapter) != expected)
    }
}
