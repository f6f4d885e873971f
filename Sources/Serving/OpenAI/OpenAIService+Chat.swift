import ChatTemplates
import DatasetFormats
import LanguageModels
import Messages
import StreamingLoader

/// `POST /v1/chat/completions`.
extension OpenAIService {
    /// A chat that was understood.
    private struct Chat: Sendable {
        let model: ServedModel
        let requests: [GenerationRequest]
        /// What each answer begins with, where it was made to call a tool.
        let opening: String
        let tools: String?
        let isStreamed: Bool
        let includesUsage: Bool
        let hasOdds: Bool
        let id = identifier("chatcmpl-")
        let created = now

        func head(_ object: String) -> JSONObject {
            [
                "id": .string(id), "object": .string(object), "created": .int(created), "model": .string(model.name),
                "system_fingerprint": .null,
            ]
        }

        /// The calls that an answer makes, nil for none.
        func calls(in text: String) -> [ToolCall]? {
            tools.flatMap { model.pieces.template.calls(in: text, tools: $0) }
        }
    }

    /// - Throws: `APIError`.
    public func chatCompletion(_ object: JSONObject) async throws -> APIAnswer {
        let fields = RequestFields(object: object)
        let model = try await servedModel(fields)
        let chat = try Self.chat(fields, model)
        let streams = try Self.start(chat.requests, on: model.engine)
        return chat.isStreamed ? Self.stream(chat, streams) : .whole(try await Self.whole(chat, streams))
    }

    private static func chat(_ fields: RequestFields, _ model: ServedModel) throws -> Chat {
        try fields.refuse([
            "functions": "is OpenAI's old name; use tools", "function_call": "is OpenAI's old name; use tool_choice",
            "audio": "this server answers in text alone",
        ])
        guard let list = try fields.list("messages") else { throw APIError.invalid("messages", "is missing") }
        let prompt = try ChatPrompt(list)
        let sampling = try SamplingFields(fields, vocabularySize: model.vocabularySize)
        let choice = try ToolChoice(fields, format: model.pieces.template.writtenToolFormat)
        let wantsObject = try wantsObject(fields)
        guard !(wantsObject && !choice.names.isEmpty) else {
            throw APIError.invalid("response_format", "an answer cannot be an object and a call")
        }
        var ids: [Int32]
        do {
            ids = try model.pieces.ids(
                try model.pieces.template.renderPrompt(
                    prompt.messages, system: prompt.system.isEmpty ? nil : prompt.system, tools: choice.tools,
                    enableThinking: nil))
        } catch let error as ChatTemplatesError {
            throw APIError.invalid("messages", "\(error)")
        }
        if !choice.opening.isEmpty {
            ids += model.pieces.tokenizer.encode(choice.opening, recognisingSpecialTokens: true)
        }
        guard !ids.isEmpty else { throw APIError.invalid("messages", "are empty") }
        let hasOdds = try fields.bool("logprobs") ?? false
        let named = try fields.int("top_logprobs", 0...20)
        guard named == nil || hasOdds else { throw APIError.invalid("top_logprobs", "needs logprobs to be true") }
        var request = GenerationRequest(prompt: ids, adapter: model.adapter)
        request.maximumTokens =
            try fields.int("max_completion_tokens", 1...Int(Int32.max)) ?? fields.int("max_tokens", 1...Int(Int32.max))
            ?? defaultChatTokens
        request.stopIDs = model.pieces.stopIDs
        request.stopWords = sampling.stopWords
        request.namedCandidates = hasOdds ? named ?? 0 : nil
        request.constraint =
            wantsObject ? .jsonObject : choice.names.isEmpty ? .none : .beginning(choice.names)
        return Chat(
            model: model,
            requests: (0..<sampling.count).map { index in
                var one = request
                one.sampling = sampling.settings(ofAnswer: index)
                return one
            }, opening: choice.opening, tools: choice.tools, isStreamed: sampling.isStreamed,
            includesUsage: sampling.includesUsage, hasOdds: hasOdds)
    }

    private static func wantsObject(_ fields: RequestFields) throws(APIError) -> Bool {
        guard let format = try fields.object("response_format") else { return false }
        switch format["type"]?.stringValue {
        case "text": return false
        case "json_object": return true
        case let type: throw .invalid("response_format", "must be text or json_object, not \(type ?? "nothing")")
        }
    }

    private static func whole(_ chat: Chat, _ streams: [AsyncStream<GenerationEvent>]) async throws -> JSONObject {
        var collectors = streams.map { _ in AnswerCollector(opening: chat.opening) }
        for await (index, event) in merged(streams) { try collectors[index].add(event) }
        var choices: [JSONValue] = []
        var answerCount = 0
        for (index, collector) in collectors.enumerated() {
            let ending = try collector.finished()
            answerCount += ending.answerTokenCount
            let calls = chat.calls(in: collector.text)
            var message: JSONObject = [
                "role": .string("assistant"), "content": calls == nil ? .string(collector.text) : .null,
                "refusal": .null,
            ]
            if let calls { message["tool_calls"] = .array(calls.map { .object(json($0)) }) }
            choices.append(
                .object([
                    "index": .int(index), "message": .object(message),
                    "logprobs": chat.hasOdds
                        ? OddsWriter(tokenizer: chat.model.pieces.tokenizer).chat(collector.tokens) : .null,
                    "finish_reason": .string(calls == nil ? ending.reason.rawValue : "tool_calls"),
                ]))
        }
        var object = chat.head("chat.completion")
        object["choices"] = .array(choices)
        object["usage"] = usage(prompt: chat.requests[0].prompt.count, answer: answerCount)
        return object
    }

    private static func json(_ call: ToolCall) -> JSONObject {
        [
            "id": .string(identifier("call_")), "type": .string("function"),
            "function": .object(["name": .string(call.name), "arguments": .string(call.argumentsText)]),
        ]
    }

    private static func stream(_ chat: Chat, _ streams: [AsyncStream<GenerationEvent>]) -> APIAnswer {
        streamed { continuation in
            func send(_ index: Int, _ delta: JSONObject, odds: JSONValue = .null, reason: String? = nil) {
                var object = chat.head("chat.completion.chunk")
                object["choices"] = .array([
                    .object([
                        "index": .int(index), "delta": .object(delta), "logprobs": odds,
                        "finish_reason": reason.map { .string($0) } ?? .null,
                    ])
                ])
                if chat.includesUsage { object["usage"] = .null }
                continuation.yield(object)
            }
            let writer = OddsWriter(tokenizer: chat.model.pieces.tokenizer)
            var collectors = streams.map { _ in AnswerCollector(opening: chat.opening) }
            var gates = streams.map { _ in
                CallGate(chat.tools == nil ? nil : chat.model.pieces.template.writtenToolFormat)
            }
            for index in streams.indices { send(index, ["role": .string("assistant"), "content": .string("")]) }
            for await (index, event) in merged(streams) {
                try collectors[index].add(event)
                switch event {
                case .token(let token):
                    let text = chat.opening.isEmpty ? gates[index].add(token.text) : ""
                    let odds = chat.hasOdds ? writer.chat([token]) : .null
                    if !text.isEmpty || chat.hasOdds { send(index, ["content": .string(text)], odds: odds) }
                case .finished(let ending):
                    if let calls = chat.calls(in: collectors[index].text) {
                        send(
                            index,
                            [
                                "tool_calls": .array(
                                    calls.enumerated().map { place, call in
                                        var object = json(call)
                                        object["index"] = .int(place)
                                        return .object(object)
                                    })
                            ])
                        send(index, [:], reason: "tool_calls")
                    } else {
                        let rest =
                            chat.opening.isEmpty
                            ? gates[index].finish(adding: ending.text) : collectors[index].text
                        if !rest.isEmpty { send(index, ["content": .string(rest)]) }
                        send(index, [:], reason: ending.reason.rawValue)
                    }
                case .failed: break
                }
            }
            let endings = try collectors.map { try $0.finished() }
            if chat.includesUsage {
                var object = chat.head("chat.completion.chunk")
                object["choices"] = .array([])
                object["usage"] = usage(
                    prompt: chat.requests[0].prompt.count, answer: endings.reduce(0) { $0 + $1.answerTokenCount })
                continuation.yield(object)
            }
        }
    }
}
