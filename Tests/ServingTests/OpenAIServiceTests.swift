import DatasetFormats
import Foundation
import Serving
import Testing

/// Every endpoint's answer has OpenAI's members, and what is asked for in a request is done or refused by name.
@Suite struct OpenAIServiceTests {
    private let tiny: TinyEngine
    private var service: OpenAIService { tiny.service }

    init() throws { tiny = try TinyEngine() }

    private static let tools =
        #"[{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}, {"type": "function", "function": {"name": "get_time", "parameters": {"type": "object"}}}]"#

    private static func object(_ text: String) throws -> JSONObject {
        try #require(try JSONParser.parse(Array(text.utf8), source: "test").objectValue)
    }

    private func chat(_ more: String = "") async throws -> JSONObject {
        try await Self.whole(
            service.chatCompletion(
                try Self.object(
                    #"{"model": "tiny", "temperature": 0, "max_tokens": 40, "messages": [{"role": "user", "content": "Who are you?"}]\#(more)}"#
                )))
    }

    private static func whole(_ answer: APIAnswer) throws -> JSONObject {
        guard case .whole(let object) = answer else { throw CancellationError() }
        return object
    }

    private static func pieces(_ answer: APIAnswer) async throws -> [JSONObject] {
        guard case .streamed(let stream) = answer else { throw CancellationError() }
        var pieces: [JSONObject] = []
        for try await piece in stream { pieces.append(piece) }
        return pieces
    }

    private static func choices(_ object: JSONObject) -> [JSONObject] {
        (object["choices"]?.arrayValue ?? []).compactMap(\.objectValue)
    }

    private static func content(_ object: JSONObject) -> [String?] {
        choices(object).map { $0["message"]?.objectValue?["content"]?.stringValue }
    }

    @Test func aChatHasAllMembers() async throws {
        let object = try await chat()
        #expect(object.keys == ["id", "object", "created", "model", "system_fingerprint", "choices", "usage"])
        #expect(object["object"] == .string("chat.completion") && object["model"] == .string("tiny"))
        let choice = try #require(Self.choices(object).first)
        #expect(choice.keys == ["index", "message", "logprobs", "finish_reason"])
        #expect(choice["message"]?.objectValue?["role"] == .string("assistant"))
        let session = try tiny.tiny.session()
        let expected = try session.answer(to: "Who are you?", maximumTokens: 40)
        #expect(Self.content(object) == [expected.text])
        let usage = try #require(object["usage"]?.objectValue)
        #expect(usage["completion_tokens"]?.intValue == expected.answerTokenCount)
        #expect(usage["prompt_tokens"]?.intValue == expected.promptTokenCount)
        #expect(usage["total_tokens"]?.intValue == expected.promptTokenCount + expected.answerTokenCount)
    }

    @Test func aStreamSaysTheSame() async throws {
        let request = try Self.object(
            #"{"model": "tiny", "temperature": 0, "max_tokens": 40, "stream": true, "stream_options": {"include_usage": true}, "messages": [{"role": "user", "content": "Who are you?"}]}"#
        )
        let pieces = try await Self.pieces(service.chatCompletion(request))
        let deltas = pieces.flatMap { Self.choices($0) }.compactMap { $0["delta"]?.objectValue }
        #expect(deltas.first?["role"] == .string("assistant"))
        #expect(deltas.compactMap { $0["content"]?.stringValue }.joined() == (try await Self.content(chat())[0]))
        #expect(Set(pieces.compactMap { $0["id"]?.stringValue }).count == 1)
        #expect(pieces.allSatisfy { $0["object"] == .string("chat.completion.chunk") })
        let reasons = pieces.flatMap { Self.choices($0) }.compactMap { $0["finish_reason"]?.stringValue }
        #expect(reasons.count == 1)
        #expect(pieces.last?["usage"]?.objectValue?["completion_tokens"]?.intValue ?? 0 > 0)
    }

    @Test func severalAnswersHaveTheirOwnSeeds() async throws {
        let more = #", "n": 3, "seed": 7, "temperature": 2"#
        let request =
            #"{"model": "tiny", "max_tokens": 20, "messages": [{"role": "user", "content": "Tell me a story."}]\#(more)}"#
        let first = try await Self.whole(service.chatCompletion(try Self.object(request)))
        let second = try await Self.whole(service.chatCompletion(try Self.object(request)))
        #expect(Self.content(first).count == 3 && Self.content(first) == Self.content(second))
        #expect(Set(Self.content(first)).count > 1)
    }

    @Test func oddsAreTold() async throws {
        let object = try await chat(#", "logprobs": true, "top_logprobs": 3"#)
        let list = try #require(Self.choices(object)[0]["logprobs"]?.objectValue?["content"]?.arrayValue)
        #expect(list.count == object["usage"]?.objectValue?["completion_tokens"]?.intValue)
        var bytes: [UInt8] = []
        for entry in list.compactMap(\.objectValue) {
            let logprob = try #require(entry["logprob"]?.doubleValue)
            let top = (entry["top_logprobs"]?.arrayValue ?? []).compactMap { $0.objectValue?["logprob"]?.doubleValue }
            // Greedy: the one chosen is the likeliest.
            #expect(top.count == 3 && top[0] == logprob && top[0] >= top[1] && logprob <= 0)
            bytes += (entry["bytes"]?.arrayValue ?? []).compactMap { $0.intValue.map { UInt8($0) } }
        }
        #expect(String(decoding: bytes, as: UTF8.self) == Self.content(object)[0])
    }

    @Test(arguments: [1, 2, 3, 4, 5])
    func anObjectIsAnObjectWhateverTheModelWouldSay(seed: Int) async throws {
        let more = #", "response_format": {"type": "json_object"}, "seed": \#(seed), "temperature": 1.2"#
        let object = try await Self.whole(
            service.chatCompletion(
                try Self.object(
                    #"{"model": "tiny", "max_tokens": 700, "messages": [{"role": "user", "content": "JSON!"}]\#(more)}"#
                )))
        let text = try #require(Self.content(object)[0])
        if Self.choices(object)[0]["finish_reason"] == .string("stop") {
            let value = try JSONParser.parse(Array(text.utf8), source: "answer", limits: .standard)
            #expect(value.objectValue != nil)
        } else {
            #expect(text.drop { $0.isWhitespace }.hasPrefix("{"))
        }
    }

    @Test func aToolIsCalledWhereItMustBe() async throws {
        let required = try await chat(#", "tools": \#(Self.tools), "tool_choice": "required""#)
        let message = try #require(Self.choices(required)[0]["message"]?.objectValue)
        if let call = message["tool_calls"]?.arrayValue?.first?.objectValue {
            #expect(Self.choices(required)[0]["finish_reason"] == .string("tool_calls"))
            #expect(message["content"] == .null)
            #expect(call.keys == ["id", "type", "function"])
            let name = call["function"]?.objectValue?["name"]?.stringValue ?? ""
            #expect(["get_weather", "get_time"].contains(name))
        } else {
            // The tiny model was never taught to call: the name is forced, what follows it is the model's.
            let text = try #require(message["content"]?.stringValue)
            #expect(text.contains("get_weather") || text.contains("get_time"))
        }
        let named = try await chat(
            #", "tools": \#(Self.tools), "tool_choice": {"type": "function", "function": {"name": "get_time"}}"#)
        #expect(JSONWriter.string(.object(named), style: .compact).contains("get_time"))
        let none = try await chat(#", "tools": \#(Self.tools), "tool_choice": "none""#)
        #expect(Self.content(none) == Self.content(try await chat()))
    }

    @Test func callsAndWhatToolsSaidAreHeard() async throws {
        let messages =
            #"[{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Weather?"}, {"role": "assistant", "content": null, "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{\"city\": \"Paris\"}"}}]}, {"role": "tool", "tool_call_id": "call_1", "content": "sunny"}, {"role": "tool", "tool_call_id": "call_2", "content": "warm"}]"#
        let object = try await Self.whole(
            service.chatCompletion(
                try Self.object(
                    #"{"model": "odd", "max_tokens": 5, "messages": \#(messages), "tools": \#(Self.tools)}"#)))
        #expect(object["model"] == .string("odd"))
        let count = try #require(object["usage"]?.objectValue?["prompt_tokens"]?.intValue)
        // Byte by byte, everything that was said is in the prompt.
        #expect(count > messages.utf8.count / 2)
    }

    @Test func aPlainCompletionGoesOn() async throws {
        let object = try await Self.whole(
            service.completion(
                try Self.object(
                    #"{"model": "tiny", "prompt": ["The capital of", [84, 104, 101]], "temperature": 0, "echo": true, "max_tokens": 7}"#
                )))
        let texts = Self.choices(object).compactMap { $0["text"]?.stringValue }
        #expect(texts.count == 2 && texts[0].hasPrefix("The capital of") && texts[1].hasPrefix("The"))
        #expect(Self.choices(object).allSatisfy { $0["finish_reason"] != .null })
        let streamed = try await Self.pieces(
            service.completion(
                try Self.object(
                    #"{"model": "tiny", "prompt": "The capital of", "temperature": 0, "stream": true, "max_tokens": 7}"#
                )))
        let text = streamed.flatMap { Self.choices($0) }.compactMap { $0["text"]?.stringValue }.joined()
        #expect("The capital of" + text == texts[0])
    }

    @Test func embeddingsComeInBothForms() async throws {
        let floats = try await Self.whole(
            service.embeddings(try Self.object(#"{"model": "tiny", "input": ["a", "b"]}"#)))
        let base64 = try await Self.whole(
            service.embeddings(
                try Self.object(#"{"model": "tiny", "input": "a", "encoding_format": "base64"}"#)))
        let data = try #require(floats["data"]?.arrayValue).compactMap(\.objectValue)
        #expect(data.count == 2 && data[0]["embedding"]?.arrayValue?.count == 192)
        #expect(data[0]["embedding"] != data[1]["embedding"])
        let text = try #require(base64["data"]?.arrayValue?[0].objectValue?["embedding"]?.stringValue)
        let bytes = try #require(Data(base64Encoded: text))
        let values = stride(from: 0, to: bytes.count, by: 4).map { place -> Float in
            var bits: UInt32 = 0
            for byte in bytes[place..<place + 4].reversed() { bits = bits << 8 | UInt32(byte) }
            return Float(bitPattern: bits)
        }
        let expected = data[0]["embedding"]?.arrayValue?.compactMap(\.doubleValue).map { Float($0) }
        #expect(values == expected)
    }

    @Test(
        arguments: [
            (#"{}"#, "model"), (#"{"model": "tiny"}"#, "messages"), (#"{"model": 5, "messages": []}"#, "model"),
            (#"{"model": "tiny", "messages": []}"#, "messages"),
            (#"{"model": "tiny", "messages": [{"role": "king", "content": "x"}]}"#, "messages[0].role"),
            (#"{"model": "tiny", "messages": [{"role": "assistant", "content": "x"}]}"#, "messages"),
            (
                #"{"model": "tiny", "messages": [{"role": "user", "content": [{"type": "image_url"}]}]}"#,
                "messages[0].content"
            ),
            (#"{"model": "tiny", "messages": [{"role": "user", "content": "x"}], "temperature": 3}"#, "temperature"),
            (#"{"model": "tiny", "messages": [{"role": "user", "content": "x"}], "n": 99}"#, "n"),
            (#"{"model": "tiny", "messages": [{"role": "user", "content": "x"}], "stop": 5}"#, "stop"),
            (
                #"{"model": "tiny", "messages": [{"role": "user", "content": "x"}], "logit_bias": {"999999": 1}}"#,
                "logit_bias"
            ),
            (#"{"model": "tiny", "messages": [{"role": "user", "content": "x"}], "top_logprobs": 2}"#, "top_logprobs"),
            (
                #"{"model": "tiny", "messages": [{"role": "user", "content": "x"}], "response_format": {"type": "xml"}}"#,
                "response_format"
            ),
            (
                #"{"model": "tiny", "messages": [{"role": "user", "content": "x"}], "tool_choice": "required"}"#,
                "tool_choice"
            ),
            (#"{"model": "tiny", "messages": [{"role": "user", "content": "x"}], "functions": [{}]}"#, "functions"),
            (#"{"model": "tiny", "messages": [{"role": "user", "content": "x"}], "max_tokens": 0}"#, "max_tokens"),
        ])
    func whatIsWrongIsNamed(request: String, parameter: String) async throws {
        let error = await #expect(throws: APIError.self) {
            _ = try await service.chatCompletion(try Self.object(request))
        }
        #expect(error?.status == 400 && error?.parameter == parameter, "\(String(describing: error))")
        let body = try #require(error?.json["error"]?.objectValue)
        #expect(body.keys == ["message", "type", "param", "code"])
    }

    @Test func anUnknownModelIsNotFoundAndALongPromptTooLong() async throws {
        let unknown = await #expect(throws: APIError.self) {
            _ = try await service.chatCompletion(try Self.object(#"{"model": "gpt-4", "messages": []}"#))
        }
        #expect(unknown?.status == 404 && unknown?.code == "model_not_found")
        let long = String(repeating: "x", count: 5000)
        let tooLong = await #expect(throws: (any Error).self) {
            _ = try await service.chatCompletion(
                try Self.object(#"{"model": "tiny", "messages": [{"role": "user", "content": "\#(long)"}]}"#))
        }
        #expect(tooLong.map { APIError($0).code } == "context_length_exceeded")
    }
}
