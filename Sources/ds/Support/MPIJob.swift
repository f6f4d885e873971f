import Communication
import Foundation
import Synchronization

/// The MPI job that this process is a rank of, if the environment says that it is one.
enum MPIJob {
    private static let communicator = Mutex<Communicator?>(nil)

    /// Joins the job. Ranks other than the first print nothing but what goes wrong.
    ///
    /// - Throws: `CommunicationError`.
    static func join() throws -> SharedWork {
        let joined = try Communicator.start(isEnded: { Interruption.wasAsked })
        guard let joined else { return .alone }
        Interruption.watch(including: SIGTERM)
        communicator.withLock { $0 = joined }
        if joined.rank != 0 { Terminal.silence() }
        return SharedWork(communicator: joined.size > 1 ? joined : nil)
    }

    /// Leaves the job; every rank comes to it.
    static func leave() throws {
        let joined = communicator.withLock { joined in
            defer { joined = nil }
            return joined
        }
        try joined?.finish()
    }

    /// Ends all ranks when this one has failed; where the job is being ended already, nothing is left to do.
    static func abandon(because error: any Error, code: Int32) {
        guard let joined = communicator.withLock({ $0 }), joined.size > 1, !Interruption.wasAsked else { return }
        if case .ended = error as? CommunicationError { return }
        joined.abort(code: code)
    }
}
