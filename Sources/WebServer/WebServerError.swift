import SystemPackage

/// What can be wrong with a server, or with what a page asks of it.
public enum WebServerError: Error, Hashable, CustomStringConvertible {
    case portTaken(host: String, port: Int)
    case cannotListen(host: String, port: Int, problem: String)
    case unreadable(path: FilePath, Errno)
    /// A child process could not be started.
    case cannotStart(program: String, Errno)
    case badRequest(String)
    case notFound(String)
    case tooLarge(limit: Int)
    /// A command said no.
    case failed(command: String, message: String)

    public var description: String {
        switch self {
        case .portTaken(let host, let port):
            "\(host):\(port) is taken, perhaps by another ds; choose another with --port, or 0 for any that is free"
        case .cannotListen(let host, let port, let problem): "cannot listen on \(host):\(port): \(problem)"
        case .unreadable(let path, let errno): "\(path): \(errno)"
        case .cannotStart(let program, let errno): "\(program): cannot be started: \(errno)"
        case .badRequest(let problem): problem
        case .notFound(let what): "there is no \(what)"
        case .tooLarge(let limit): "more than \(limit) bytes are not taken; --upload-limit sets how many"
        case .failed(_, let message): message
        }
    }

    public var isMachineFailure: Bool {
        switch self {
        case .portTaken, .cannotListen, .unreadable, .cannotStart: true
        default: false
        }
    }

    public var isWrongUse: Bool { false }

    var status: Int {
        switch self {
        case .badRequest: 400
        case .notFound: 404
        case .tooLarge: 413
        case .failed: 422
        default: 500
        }
    }
}
