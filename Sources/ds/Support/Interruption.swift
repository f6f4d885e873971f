import Foundation
import Synchronization

/// Ctrl-C: work that is under way is undone, and the program ends.
struct Interruption: Error, CustomStringConvertible {
    var description: String { "interrupted; nothing was changed" }

    private static let isAsked = Atomic<Bool>(false)

    /// From now on Ctrl-C asks for an end, rather than ending the program; a second one ends it.
    ///
    /// - Parameter other: another signal that asks for the same.
    static func watch(including other: CInt? = nil) {
        for number in [SIGINT, other].compactMap({ $0 }) {
            // Whoever started the program may have had the signal blocked, and that is inherited.
            var signals = sigset_t()
            sigemptyset(&signals)
            sigaddset(&signals, number)
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
            signal(number) { number in
                let wasAsked = Interruption.isAsked.exchange(true, ordering: .relaxed)
                // A launcher that ends a job may say so more than once.
                if wasAsked, number == SIGINT { _exit(ExitStatus.interrupted.rawValue) }
            }
        }
    }

    static var wasAsked: Bool { isAsked.load(ordering: .relaxed) }

    /// - Throws: itself, once Ctrl-C was pressed.
    static func check() throws(Interruption) {
        if wasAsked { throw Interruption() }
    }
}
