import Foundation
import Synchronization

/// A line on a terminal that says how far long work is, rewritten in place; nothing where there is no terminal.
final class ProgressLine: Sendable {
    private struct State {
        var lastTime = 0.0
        var width = 0
    }

    private let label: String
    private let start = Date().timeIntervalSince1970
    private let state = Mutex(State())

    init(_ label: String) { self.label = label }

    /// - Parameters:
    ///   - done: units of work, as many as `total` in the end; nil where nobody knows.
    ///   - details: what else to say.
    func update(done: Int, total: Int?, details: @autoclosure () -> String) {
        guard Terminal.hasProgress || Terminal.hasProgressLines else { return }
        let now = Date().timeIntervalSince1970
        let isDue = state.withLock { state in
            guard now - state.lastTime >= 0.1 else { return false }
            state.lastTime = now
            return true
        }
        guard isDue else { return }
        if Terminal.hasProgressLines {
            Terminal.note("progress \(done) \(total ?? 0) \(label): \(details())")
            return
        }
        var text = "\(label): \(details())"
        if let total, total > 0, done > 0 {
            let left = (now - start) / Double(done) * Double(total - done)
            text += String(format: ", %d %%", 100 * done / total) + ", \(Format.duration(left)) left"
        }
        show(text)
    }

    func show(_ text: String) {
        guard Terminal.hasProgress else { return }
        state.withLock { state in
            let padding = String(repeating: " ", count: max(0, state.width - text.count))
            Terminal.write(Array("\r\(text)\(padding)".utf8), to: STDERR_FILENO)
            state.width = text.count
        }
    }

    /// Takes the line away.
    func clear() {
        guard Terminal.hasProgress else { return }
        state.withLock { state in
            guard state.width > 0 else { return }
            Terminal.write(Array("\r\(String(repeating: " ", count: state.width))\r".utf8), to: STDERR_FILENO)
            state.width = 0
        }
    }
}
