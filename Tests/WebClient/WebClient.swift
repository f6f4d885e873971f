import DatasetFormats
import Dispatch

/// Asks a server of this machine; each request has a connection of its own, and a thread that waits for it.
public struct WebClient: Sendable {
    public let port: Int

    public enum Failure: Error { case noAnswer([UInt8]) }

    public init(port: Int) { self.port = port }

    public func request(
        _ method: String, _ path: String, headers: [String: String] = [:], body: [UInt8] = []
    ) async throws -> WebAnswer {
        var all = ["Host": "127.0.0.1:\(port)", "Connection": "close"]
        if !body.isEmpty || method == "POST" { all["Content-Length"] = "\(body.count)" }
        all.merge(headers) { $1 }
        let lines = all.filter { !$0.value.isEmpty }.map { "\($0.key): \($0.value)\r\n" }.joined()
        let bytes = Array("\(method) \(path) HTTP/1.1\r\n\(lines)\r\n".utf8) + body
        let port = port
        return try await Self.onThread {
            let connection = try RawConnection(port: port)
            connection.send(bytes)
            let (answer, _) = connection.read(until: method == "HEAD" ? { _ in false } : WebAnswer.isWhole)
            guard let found = WebAnswer(answer) else { throw Failure.noAnswer(answer) }
            return found
        }
    }

    public func get(_ path: String, headers: [String: String] = [:]) async throws -> WebAnswer {
        try await request("GET", path, headers: headers)
    }

    public func post(_ path: String, _ json: String, headers: [String: String] = [:]) async throws -> WebAnswer {
        try await request(
            "POST", path, headers: ["Content-Type": "application/json"].merging(headers) { $1 }, body: Array(json.utf8))
    }

    /// Starts a long command and waits for its end.
    public func task(_ path: String, _ json: String = "{}") async throws -> JSONObject {
        let started = try await post(path, json)
        guard let id = try started.object()["task"]?.stringValue else { return try started.object() }
        while true {
            let state = try await get("/api/tasks/\(id)").object()
            if state["state"] != .string("running") { return state }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Runs what blocks on a thread of its own, so that a server in the same process can answer.
    public static func onThread<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Swift.Result { try body() }) }
        }
    }
}
