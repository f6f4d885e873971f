import DatasetFormats
import Foundation
import WebClient

/// A store with the tiny model, and `ds web` or `ds serve` over it, on any free port.
final class WebPlace {
    enum Failure: Error { case didNotStart(String) }

    let place: Workplace
    private(set) var process: Process
    /// What was printed when it began to answer.
    private(set) var link = ""
    private(set) var client: WebClient
    private let arguments: [String]

    /// - Parameter arguments: the command and its options but the port.
    init(_ arguments: String..., in place: Workplace? = nil) async throws {
        self.arguments = arguments
        self.place = try place ?? Workplace()
        if place == nil {
            try self.place.program.run("model", "add", Program.fixture("tiny-chat.gguf").path, "--name", "tiny")
        }
        process = Process()
        client = WebClient(port: 0)
        try await start()
    }

    func start() async throws {
        process = place.program.process(arguments + ["--port", "0"])
        let pipe = Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = pipe
        try process.run()
        let link = try await WebClient.onThread {
            var text = ""
            while true {
                // Reading up to a count would wait for all of it.
                let piece = pipe.fileHandleForReading.availableData
                if piece.isEmpty { break }
                text += String(decoding: piece, as: UTF8.self)
                if let start = text.range(of: "  http://"), text[start.upperBound...].contains("\n") {
                    return "http://" + text[start.upperBound...].prefix { $0 != "\n" }
                }
            }
            throw Failure.didNotStart(text)
        }
        self.link = link
        let rest = link.dropFirst(7).drop { $0 != ":" }.dropFirst()
        client = WebClient(port: Int(rest.prefix { $0.isNumber }) ?? 0)
    }

    /// Ends the server, as Ctrl-C or a power cut does.
    func stop(_ signal: Int32 = SIGINT) {
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
    }

    deinit { if process.isRunning { stop(SIGKILL) } }

    static func json(_ name: String) -> String { "{\"builtin\": \"\(name)\"}" }
}
