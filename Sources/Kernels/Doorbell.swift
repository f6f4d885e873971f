import CKernels
import Dispatch
import Synchronization

/// Where one thread waits for what another one does: looking for a few microseconds first, for that is how soon the next
/// operation of a model comes, and asleep after that, so that an idle program costs nothing.
final class Doorbell: Sendable {
    private let isAsleep = Atomic<Bool>(false)
    private let bell = DispatchSemaphore(value: 0)
    /// Looks before sleeping; about 20 µs.
    private static let lookCount = 1_500

    /// Waits until `condition` holds; whoever makes it hold rings afterwards. One thread waits at a time.
    func wait(until condition: () -> Bool) {
        for _ in 0..<Self.lookCount {
            if condition() { return }
            ds_pause()
        }
        while true {
            isAsleep.store(true, ordering: .sequentiallyConsistent)
            if condition() {
                // Whoever saw this thread asleep is about to ring: that ring belongs to this wait.
                if !isAsleep.exchange(false, ordering: .sequentiallyConsistent) { bell.wait() }
                return
            }
            bell.wait()
        }
    }

    func ring() {
        guard isAsleep.load(ordering: .sequentiallyConsistent) else { return }
        if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { bell.signal() }
    }
}
