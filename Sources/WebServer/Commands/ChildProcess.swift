import CProcess
import Dispatch
import SystemPackage

/// A program of ours that runs beside us, started without a shell.
struct ChildProcess: Sendable {
    let id: Int32

    /// - Parameters:
    ///   - arguments: the program's path first. A zero byte cannot be in one.
    ///   - folder: where it works.
    ///   - tellsProgress: whether it writes lines that say how far it is.
    ///   - kept: a file that it holds open as long as it lives.
    ///   - outlivesUs: whether it is to go on when this program ends.
    /// - Throws: `WebServerError.cannotStart` or `badRequest`.
    init(
        _ arguments: [String], in folder: FilePath, output: OpenFile, errors: OpenFile, tellsProgress: Bool = false,
        kept: OpenFile? = nil, outlivesUs: Bool = false
    ) throws(WebServerError) {
        var list: [CChar] = []
        for argument in arguments {
            guard !argument.utf8.contains(0), !argument.isEmpty else {
                throw .badRequest("an argument is empty, or has a zero byte in it")
            }
            list += argument.utf8.map { CChar(bitPattern: $0) } + [0]
        }
        var id: Int32 = 0
        let problem = ds_spawn(
            list + [0], "DS_PROGRESS=\(tellsProgress ? "lines" : "none")", folder.string, output.descriptor.rawValue,
            errors.descriptor.rawValue, kept?.descriptor.rawValue ?? -1,
            outlivesUs, &id)
        guard problem == 0 else {
            throw .cannotStart(program: arguments.first ?? "", Errno(rawValue: problem))
        }
        self.id = id
    }

    /// Waits for its end on a thread of its own.
    ///
    /// - Returns: its exit status, or 128 and the signal that ended it.
    func end() async -> Int32 {
        await withCheckedContinuation { continuation in
            let id = id
            DispatchQueue.global().async {
                var status: Int32 = 0
                let found = ds_wait(id, true, &status)
                continuation.resume(returning: found == 1 ? status : -1)
            }
        }
    }
}
