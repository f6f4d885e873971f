import Dispatch
import Foundation
import Synchronization
import WebServer

/// Runs a server from a command: says where it answers, and ends with Ctrl-C.
enum ServerRun {
    /// - Parameters:
    ///   - links: whether the token is put into a link, for a browser.
    ///   - onListening: told the link, once it answers.
    static func run(
        _ server: WebServer, name: String, links: Bool, onListening: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        let options = server.options
        let problem = Mutex<(any Error)?>(nil)
        let ended = DispatchSemaphore(value: 0)
        Task {
            do {
                try await server.run { port in
                    let host =
                        options.host.contains(":") && !options.host.hasPrefix("[") ? "[\(options.host)]" : options.host
                    let shown = ["0.0.0.0", "[::]"].contains(host) ? ProcessInfo.processInfo.hostName : host
                    var link = "http://\(shown):\(port)"
                    if links { link += "/" }
                    if let token = options.token {
                        if links { link += "?token=\(token)" } else { Terminal.note("token     \(token)") }
                    }
                    Terminal.note("\(name)  \(link)")
                    onListening(link)
                }
            } catch {
                problem.withLock { $0 = error }
            }
            ended.signal()
        }
        ended.wait()
        if let error = problem.withLock({ $0 }) { throw error }
    }
}
