import CProcess
import DatasetFormats
import Foundation
import SystemPackage

/// Runs `ds` itself for what the pages ask: so a page and a command always say the same, and a file that would bring
/// a reader down brings down a child alone.
struct CommandRunner: Sendable {
    /// The program, `ds`.
    let program: FilePath
    let store: FilePath
    /// A folder of the store's for what is under way.
    let folder: FilePath
    /// Children at once: those that a page waits for, and those that take long.
    private let places = AsyncPlaces(4)
    private let longPlaces = AsyncPlaces(2)

    /// A command that may take longer is a long one.
    private static let shortSeconds = 120

    init(program: FilePath, store: FilePath, folder: FilePath) {
        self.program = program
        self.store = store
        self.folder = folder
    }

    /// Runs a command to its end, and ends it where the task is cancelled or it takes longer than `seconds`.
    ///
    /// - Parameter onStart: told the file that it writes its messages into.
    func run(
        _ command: Command, seconds: Int = 120, onStart: @Sendable (OpenFile) -> Void = { _ in }
    ) async throws -> CommandOutcome {
        let places = seconds > Self.shortSeconds ? longPlaces : places
        try await places.take()
        defer { places.release() }
        try Task.checkCancellation()
        let output = try scratch()
        let errors = try scratch()
        let child = try ChildProcess(
            full(command), in: folder, output: output, errors: errors, tellsProgress: true)
        onStart(errors)
        let ended = Ended()
        let timer = Task {
            try await Task.sleep(for: .seconds(seconds))
            ended.kill(child.id)
        }
        defer { timer.cancel() }
        let status = await withTaskCancellationHandler {
            let status = await child.end()
            ended.note()
            return status
        } onCancel: {
            ended.kill(child.id)
        }
        try Task.checkCancellation()
        let words = try errors.read(from: 0, count: 1 << 16)
        return CommandOutcome(
            command: command, status: status, output: output, errors: String(decoding: words, as: UTF8.self))
    }

    func json(_ arguments: String..., seconds: Int = 120) async throws -> JSONValue {
        try await run(Command(arguments + ["--json"]), seconds: seconds).json()
    }

    /// The command with the program and the store, as it is started.
    func full(_ command: Command) -> [String] {
        [program.string] + command.arguments + ["--store=\(store)"]
    }

    /// A file without a name, which is gone when nobody has it open.
    private func scratch() throws -> OpenFile {
        let path = folder.appending(".\(UUID().uuidString)")
        let file = try OpenFile(path, .readWrite, options: [.create, .exclusiveCreate])
        try? FileManager.default.removeItem(atPath: path.string)
        return file
    }
}

/// Ends a child only as long as it is ours to end: its number may be another's afterwards.
private final class Ended: @unchecked Sendable {
    // The lock guards the flag.
    private let lock = NSLock()
    private var hasEnded = false

    func note() { lock.withLock { hasEnded = true } }

    func kill(_ id: Int32) {
        lock.withLock {
            if !hasEnded { _ = Foundation.kill(id, SIGKILL) }
        }
    }
}
