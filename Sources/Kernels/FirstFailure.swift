import Synchronization

/// Keeps the error of the earliest task that failed, so that the error told is the same with any threads.
final class FirstFailure: Sendable {
    private let state = Mutex<(place: Int, error: any Error)?>(nil)

    var happened: Bool { state.withLock { $0 != nil } }

    func record(_ error: any Error, at place: Int) {
        state.withLock { current in
            if let known = current, known.place <= place { return }
            current = (place, error)
        }
    }

    func rethrow() throws {
        if let error = state.withLock({ $0?.error }) { throw error }
    }
}
