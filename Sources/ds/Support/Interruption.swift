import Foundation
import Synchronization

/// Ctrl-C: work that is under way is undone, and the program ends.
struct Interruption: Error, CustomStringConvertible {
    var description: String { "interrupted; nothing was changed" }

    private static let isAsked = Atomic<Bool>(false)

    /// Lets signals through that whoever started the program had blocked, which is inherited: else nothing short of a
    /// kill would end it. For the main thread, before there are others.
    static func unblock() {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    /// From now on Ctrl-C asks for an end, rather than ending the program; a second one ends it.
    ///
    /// - Parameter other: another signal that asks for the same.
    static func watch(including other: CInt? = nil) {
        for number in [SIGINT, other].compactMap({ $0 }) {
            signal(number) { number in
                let wasAsked = Interruption.isAsked.exchange(true, ordering: .relaxed)
                if !wasAsked, number == SIGTERM { Interruption.sayEnded() }
                // A launcher that ends a job may say so more than once.
                if wasAsked, number == SIGINT { _exit(ExitStatus.interrupted.rawValue) }
            }
        }
    }

    /// A launcher that ends a job waits a second, no longer: so it is said at once, whatever is being computed.
    private static func sayEnded() {
        guard !Terminal.isSilenced else { return }
        let text: StaticString = """
            ds: the MPI job is being ended: another rank died, or somebody stopped it; a training goes on with the same \
            command and --resume-from-checkpoint last, with any number of ranks

            """
        _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    }

    static var wasAsked: Bool { isAsked.load(ordering: .relaxed) }

    /// - Throws: itself, once Ctrl-C was pressed.
    static func check() throws(Interruption) {
        if wasAsked { throw Interruption() }
    }
}
