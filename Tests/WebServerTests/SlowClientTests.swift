import Foundation
import Serving
import Testing
import WebClient

@testable import WebServer

/// Clients that keep a place and do nothing with it lose it.
@Suite struct SlowClientTests {
    private struct NoModels: ModelCatalogue {
        func listings() -> [ModelListing] { [] }
        func model(named name: String) throws -> ServedModel { throw OpenAIService.unknownModel(name) }
    }

    /// A server with short deadlines, on any port, as long as `body` runs. They are longer than a busy machine may hold up
    /// who does nothing wrong.
    private func withServer(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        var options = ServerOptions(host: "127.0.0.1", port: 0)
        options.deadlines.head = 3
        options.deadlines.body = 3
        options.deadlines.reading = 3
        options.bodyLimit = 10_000
        let server = WebServer(options: options, catalogue: NoModels(), metrics: ServingMetrics())
        let (ports, told) = AsyncStream<Int>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run { told.yield($0) } }
            group.addTask {
                for await port in ports {
                    try await body(port)
                    return
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    @Test(
        arguments: [
            "", "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n", "G",
            "POST /v1/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{",
        ])
    func whoDoesNotFinishIsClosed(beginning: String) async throws {
        try await withServer { port in
            let isClosed = try await WebClient.onThread {
                let connection = try RawConnection(port: port)
                connection.send(beginning)
                return connection.read(seconds: 10).isClosed
            }
            #expect(isClosed)
        }
    }

    @Test func aBodyThatDripsIsClosedAndOneThatFlowsIsNot() async throws {
        try await withServer { port in
            let head =
                "POST /v1/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n"
            let drips = try await WebClient.onThread {
                let connection = try RawConnection(port: port)
                connection.send(head)
                // Ten bytes each fifth of a second would take three minutes.
                for _ in 0..<40 {
                    guard connection.send("          ") else { return true }
                    usleep(200_000)
                }
                return false
            }
            #expect(drips)
            let answer = try await WebClient(port: port).post(
                "/v1/completions", #"{"model": "x", "prompt": ""# + String(repeating: "y", count: 8000) + "\"}")
            #expect(answer.status == 404)
        }
    }

    @Test func aBodyBeyondTheLimitIsRefused() async throws {
        try await withServer { port in
            let answer = try await WebClient(port: port).post(
                "/v1/completions", "{\"prompt\": \"" + String(repeating: "y", count: 20_000) + "\"}")
            #expect(answer.status == 413)
        }
    }
}
