import DatasetFormats
import Foundation

/// Long commands that pages started, and how far they are.
actor TaskBoard {
    private enum State {
        case running(OpenFile?)
        case done(JSONValue)
        case failed(WebServerError)
    }

    private struct Entry {
        let command: Command
        var state: State
    }

    private let runner: CommandRunner
    private var entries: [String: Entry] = [:]
    private var order: [String] = []

    /// Tasks that are remembered.
    private static let limit = 64
    /// The longest that a command may take: a day.
    private static let seconds = 86_400

    init(_ runner: CommandRunner) { self.runner = runner }

    /// Starts a command whose answer is JSON.
    ///
    /// - Parameter onEnd: told the answer, or nil where it failed.
    /// - Returns: the name to ask for it by.
    func start(
        _ arguments: [String], onEnd: @escaping @Sendable (JSONValue?) async -> Void = { _ in }
    ) -> String {
        let id = UUID().uuidString.lowercased()
        let command = Command(arguments + ["--json"])
        entries[id] = Entry(command: command, state: .running(nil))
        order.append(id)
        if order.count > Self.limit { entries[order.removeFirst()] = nil }
        Task {
            do {
                let outcome = try await runner.run(command, seconds: Self.seconds) { messages in
                    Task { await self.note(id, messages) }
                }
                let value = try outcome.json()
                await onEnd(value)
                end(id, .done(value))
            } catch {
                await onEnd(nil)
                end(id, .failed(error as? WebServerError ?? .failed(command: command.text, message: "\(error)")))
            }
        }
        return id
    }

    private func note(_ id: String, _ messages: OpenFile) {
        if case .running = entries[id]?.state { entries[id]?.state = .running(messages) }
    }

    private func end(_ id: String, _ state: State) { entries[id]?.state = state }

    /// - Throws: `WebServerError.notFound` for a task that is not remembered.
    func json(_ id: String) throws -> JSONObject {
        guard let entry = entries[id] else { throw WebServerError.notFound("task \(id)") }
        var object: JSONObject = ["id": .string(id), "command": .string(entry.command.text)]
        switch entry.state {
        case .running(let messages):
            object["state"] = .string("running")
            let tail = messages.map { file in
                String(decoding: (try? file.read(from: max(0, file.size - 4096), count: 4096)) ?? [], as: UTF8.self)
            }
            if let progress = tail.flatMap({ CommandProgress(in: $0) }) {
                object["progress"] = .object([
                    "done": .int(progress.done), "total": .int(progress.total), "text": .string(progress.text),
                ])
            }
        case .done(let value):
            object["state"] = .string("done")
            object["result"] = value
        case .failed(let error):
            object["state"] = .string("failed")
            object["message"] = .string("\(error)")
        }
        return object
    }
}
