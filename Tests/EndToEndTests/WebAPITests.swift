import DatasetFormats
import Foundation
import Testing
import WebClient

/// OpenAI's API over HTTP, as clients meet it.
@Suite struct WebAPITests {
    private static func chat(_ more: String = "") -> String {
        #"{"model": "tiny", "temperature": 0, "messages": [{"role": "user", "content": "Who are you?"}]\#(more)}"#
    }

    private static func text(_ answer: WebAnswer) throws -> String? {
        let choice = try answer.object()["choices"]?.arrayValue?.first?.objectValue
        return choice?["message"]?.objectValue?["content"]?.stringValue
    }

    @Test func modelsAndHealthAreTold() async throws {
        let web = try await WebPlace("serve", "--model", "tiny")
        let models = try await web.client.get("/v1/models").object()
        let model = try #require(models["data"]?.arrayValue?.first?.objectValue)
        #expect(models["object"] == .string("list") && model["id"] == .string("tiny"))
        #expect(model["object"] == .string("model") && model["created"]?.intValue ?? 0 > 0)
        #expect(try await web.client.get("/v1/models/tiny").object()["id"] == .string("tiny"))
        #expect(try await web.client.get("/v1/models/other").status == 404)
        #expect(try await web.client.get("/health").object()["status"] == .string("ok"))
        for path in ["/v1/nothing", "/api/datasets", "/pages/app.js"] {
            let answer = try await web.client.get(path)
            #expect(answer.status == 404)
            #expect(try answer.object()["error"]?.objectValue?["message"] != nil)
        }
        for body in ["", "{", "[]", "{\"model\": }"] {
            let answer = try await web.client.post("/v1/chat/completions", body)
            #expect(answer.status == 400)
            #expect(try answer.object()["error"]?.objectValue?["type"] == .string("invalid_request_error"))
        }
    }

    @Test func aStreamCutInTheMiddleFreesItsPlace() async throws {
        let web = try await WebPlace("serve", "--model", "tiny", "--batch", "1", "--cache-tokens", "1024")
        let port = web.client.port
        let more = #", "stream": true, "max_tokens": 900, "logit_bias": {"258": -100, "257": -100, "256": -100}"#
        let body = Self.chat(more)
        let begun = try await WebClient.onThread {
            let connection = try RawConnection(port: port)
            connection.send(
                "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            let (bytes, _) = connection.read(seconds: 30) { $0.count > 1500 }
            connection.drop()
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(begun.contains("data: {") && !begun.contains("[DONE]"))
        // The one place is free again: another is answered, and the first is counted as gone.
        #expect(try Self.text(await web.client.post("/v1/chat/completions", Self.chat())) != nil)
        #expect(try await web.client.get("/metrics").text.contains("ds_requests_total{ending=\"cancelled\"} 1"))
    }

    @Test func aClientThatGoesAwayIsNotAnswered() async throws {
        let web = try await WebPlace("serve", "--model", "tiny", "--batch", "1", "--cache-tokens", "1024")
        // Eight answers one after another, so that there is time to go.
        let body = Self.chat(#", "n": 8, "max_tokens": 900, "logit_bias": {"258": -100, "257": -100, "256": -100}"#)
        // All of them may be whole before the client goes: then another client goes.
        let end = ContinuousClock.now + .seconds(60)
        var counts = try await Self.counts(web)
        var asked = 0
        while counts.cancelled == 0, ContinuousClock.now < end {
            let connection = try RawConnection(port: web.client.port)
            connection.send(
                "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            asked += 8
            while counts.ended + counts.underWay < asked, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(2))
                counts = try await Self.counts(web)
            }
            connection.drop()
            // Each is counted, whether it was whole, begun, or had not begun yet.
            while counts.ended < asked, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(5))
                counts = try await Self.counts(web)
            }
            #expect(counts.ended == asked && counts.underWay == 0)
        }
        #expect(counts.cancelled > 0)
    }

    /// What the metrics say of answers.
    private static func counts(_ web: WebPlace) async throws -> (ended: Int, cancelled: Int, underWay: Int) {
        var (ended, cancelled, underWay) = (0, 0, 0)
        for line in try await web.client.get("/metrics").text.split(separator: "\n") {
            guard let count = line.split(separator: " ").last.flatMap({ Int($0) }) else { continue }
            if line.hasPrefix("ds_requests_total{") { ended += count }
            if line.hasPrefix("ds_requests_total{ending=\"cancelled\"}") { cancelled = count }
            if line.hasPrefix("ds_requests_waiting ") || line.hasPrefix("ds_requests_running ") { underWay += count }
        }
        return (ended, cancelled, underWay)
    }

    @Test func sixtyFourClientsAtOnce() async throws {
        let web = try await WebPlace("serve", "--model", "tiny", "--batch", "8", "--queue", "40")
        let client = web.client
        let alone = try await Self.text(client.post("/v1/chat/completions", Self.chat()))
        let answers = try await withThrowingTaskGroup(of: WebAnswer.self) { group in
            for index in 0..<64 {
                let isStreamed = index % 4 == 0
                group.addTask {
                    try await client.post("/v1/chat/completions", Self.chat(isStreamed ? #", "stream": true"# : ""))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 64)
        #expect(Set(answers.map(\.status)).isSubset(of: [200, 429]))
        #expect(answers.count { $0.status == 200 } >= 40)
        for answer in answers {
            if answer.status == 429 {
                #expect(Int(answer.headers["retry-after"] ?? "") ?? 0 > 0)
                #expect(try answer.object()["error"]?.objectValue?["type"] == .string("rate_limit_error"))
            } else if answer.headers["content-type"]?.hasPrefix("text/event-stream") == true {
                let deltas = try answer.events().compactMap {
                    $0["choices"]?.arrayValue?.first?.objectValue?["delta"]?.objectValue?["content"]?.stringValue
                }
                #expect(deltas.joined() == alone)
                #expect(answer.text.hasSuffix("data: [DONE]\n\n"))
            } else {
                #expect(try Self.text(answer) == alone)
            }
        }
    }

    @Test func aCallOfAToolGoesRoundAndBack() async throws {
        let web = try await WebPlace("serve", "--model", "tiny", "--template", "qwen")
        let tools =
            #"[{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}]"#
        let forced =
            #", "tools": \#(tools), "tool_choice": {"type": "function", "function": {"name": "get_weather"}}, "max_tokens": 30"#
        for stream in ["", #", "stream": true"#] {
            let answer = try await web.client.post("/v1/chat/completions", Self.chat(forced + stream))
            // Whether the tiny model ends its call well or not, it is one: its beginning is given.
            #expect(answer.status == 200 && answer.text.contains("get_weather"))
        }
        let messages =
            #"[{"role": "user", "content": "Weather in Paris?"}, {"role": "assistant", "tool_calls": [{"id": "a", "type": "function", "function": {"name": "get_weather", "arguments": "{\"city\": \"Paris\"}"}}]}, {"role": "tool", "tool_call_id": "a", "content": "sunny"}]"#
        let back = try await web.client.post(
            "/v1/chat/completions",
            #"{"model": "tiny", "max_tokens": 20, "messages": \#(messages), "tools": \#(tools)}"#)
        #expect(back.status == 200)
        #expect(try Self.text(back) != nil)
    }

    @Test func aPortThatIsTakenIsSaid() async throws {
        let web = try await WebPlace("serve", "--model", "tiny")
        let second = try web.place.program.run("serve", "--model", "tiny", "--port", "\(web.client.port)")
        #expect(second.status == 4)
        #expect(second.errors.contains("is taken") && second.errors.contains("--port"))
    }
}
