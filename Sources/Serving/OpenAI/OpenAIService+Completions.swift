import DatasetFormats
import LanguageModels
import Tokenizers

/// `POST /v1/completions`: text goes on as it is, without a template.
extension OpenAIService {
    private struct Completion: Sendable {
        let model: ServedModel
        let requests: [GenerationRequest]
        /// What each answer repeats before it; empty unless asked for.
        let echoes: [String]
        let sampling: (isStreamed: Bool, includesUsage: Bool)
        let hasOdds: Bool
        let id = identifier("cmpl-")
        let created = now

        func head() -> JSONObject {
            [
                "id": .string(id), "object": .string("text_completion"), "created": .int(created),
                "model": .string(model.name), "system_fingerprint": .null,
            ]
        }

        func choice(_ index: Int, _ text: String, odds: JSONValue, reason: String?) -> JSONValue {
            .object([
                "index": .int(index), "text": .string(text), "logprobs": odds,
                "finish_reason": reason.map { .string($0) } ?? .null,
            ])
        }

        func usage(_ answerCount: Int) -> JSONValue {
            OpenAIService.usage(
                prompt: requests.reduce(0) { $0 + $1.prompt.count }, answer: answerCount)
        }
    }

    /// - Throws: `APIError`.
    public func completion(_ object: JSONObject) async throws -> APIAnswer {
        let fields = RequestFields(object: object)
        let model = try await servedModel(fields)
        let completion = try Self.completion(fields, model)
        let streams = try Self.start(completion.requests, on: model.engine)
        return completion.sampling.isStreamed
            ? Self.stream(completion, streams) : .whole(try await Self.whole(completion, streams))
    }

    private static func completion(_ fields: RequestFields, _ model: ServedModel) throws -> Completion {
        try fields.refuse([
            "suffix": "this server only goes on with a text", "best_of": "ask for n answers and choose among them",
        ])
        let prompts = try TextInputs.read(fields, "prompt", model: model)
        let sampling = try SamplingFields(fields, vocabularySize: model.vocabularySize)
        guard prompts.count * sampling.count <= maximumInputs else {
            throw APIError.invalid("n", "asks for more than \(maximumInputs) answers in all")
        }
        let named = try fields.int("logprobs", 0...20)
        let echo = try fields.bool("echo") ?? false
        guard !(echo && named != nil) else { throw APIError.invalid("logprobs", "cannot be told of an echo") }
        let maximum = try fields.int("max_tokens", 1...Int(Int32.max)) ?? defaultCompletionTokens
        var requests: [GenerationRequest] = []
        var echoes: [String] = []
        for prompt in prompts {
            for index in 0..<sampling.count {
                var request = GenerationRequest(prompt: prompt.tokens, adapter: model.adapter)
                request.sampling = sampling.settings(ofAnswer: index)
                request.maximumTokens = maximum
                request.stopIDs = model.pieces.stopIDs
                request.stopWords = sampling.stopWords
                request.namedCandidates = named
                requests.append(request)
                echoes.append(echo ? prompt.text : "")
            }
        }
        return Completion(
            model: model, requests: requests, echoes: echoes,
            sampling: (sampling.isStreamed, sampling.includesUsage), hasOdds: named != nil)
    }

    private static func whole(
        _ completion: Completion, _ streams: [AsyncStream<GenerationEvent>]
    ) async throws -> JSONObject {
        var collectors = completion.echoes.map { AnswerCollector(opening: $0) }
        for await (index, event) in merged(streams) { try collectors[index].add(event) }
        let writer = OddsWriter(tokenizer: completion.model.pieces.tokenizer)
        var answerCount = 0
        var choices: [JSONValue] = []
        for (index, collector) in collectors.enumerated() {
            let ending = try collector.finished()
            answerCount += ending.answerTokenCount
            choices.append(
                completion.choice(
                    index, collector.text,
                    odds: completion.hasOdds ? writer.plain(collector.tokens, offset: 0) : .null,
                    reason: ending.reason.rawValue))
        }
        var object = completion.head()
        object["choices"] = .array(choices)
        object["usage"] = completion.usage(answerCount)
        return object
    }

    private static func stream(_ completion: Completion, _ streams: [AsyncStream<GenerationEvent>]) -> APIAnswer {
        streamed { continuation in
            func send(_ index: Int, _ text: String, odds: JSONValue = .null, reason: String? = nil) {
                var object = completion.head()
                object["choices"] = .array([completion.choice(index, text, odds: odds, reason: reason)])
                continuation.yield(object)
            }
            let writer = OddsWriter(tokenizer: completion.model.pieces.tokenizer)
            for (index, echo) in completion.echoes.enumerated() where !echo.isEmpty { send(index, echo) }
            var answerCount = 0
            var offsets = streams.map { _ in 0 }
            var collectors = streams.map { _ in AnswerCollector(opening: "") }
            for await (index, event) in merged(streams) {
                try collectors[index].add(event)
                switch event {
                case .token(let token):
                    let odds = completion.hasOdds ? writer.plain([token], offset: offsets[index]) : .null
                    offsets[index] += token.text.unicodeScalars.count
                    if !token.text.isEmpty || completion.hasOdds { send(index, token.text, odds: odds) }
                case .finished(let ending):
                    answerCount += ending.answerTokenCount
                    send(index, ending.text, reason: ending.reason.rawValue)
                case .failed: break
                }
            }
            for collector in collectors { _ = try collector.finished() }
            if completion.sampling.includesUsage {
                var object = completion.head()
                object["choices"] = .array([])
                object["usage"] = completion.usage(answerCount)
                continuation.yield(object)
            }
        }
    }
}
