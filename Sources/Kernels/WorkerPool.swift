import Foundation
import Synchronization

/// Threads that help the one that has work, and are kept from one piece of work to the next: a model's operations are
/// shorter than it takes to start a thread, or to wake it.
final class WorkerPool: Sendable {
    private let shared: Shared

    /// - Parameter helperCount: threads besides the caller's.
    init(helperCount: Int) {
        shared = Shared(helperCount: helperCount)
        for index in 0..<helperCount {
            let thread = Thread { [shared] in shared.help(index) }
            thread.name = "ds-worker-\(index + 1)"
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    deinit { shared.stop() }

    /// Runs tasks `0 ..< taskCount` on the caller's thread and at most `helperCount` others, and returns when all are done.
    ///
    /// - Returns: false, with nothing done, where the threads are at work for someone else.
    func run(taskCount: Int, helperCount: Int, _ work: WorkerTasks) -> Bool {
        shared.run(taskCount: taskCount, helperCount: helperCount, work)
    }

    /// What the threads see; they keep it alive until they end.
    private final class Shared: @unchecked Sendable {
        private enum State: UInt8, AtomicRepresentable {
            case idle
            case called
            case working
        }

        private final class Helper: Sendable {
            let state = Atomic<State>(.idle)
            let bell = Doorbell()
        }

        private let helpers: [Helper]
        private let isBusy = Atomic<Bool>(false)
        private let isStopping = Atomic<Bool>(false)
        private let nextTask = Atomic<Int>(0)
        private let working = Atomic<Int>(0)
        private let allDone = Doorbell()
        // Written by the caller before helpers are called, read by them after.
        private var taskCount = 0
        private var work: WorkerTasks?

        init(helperCount: Int) {
            helpers = (0..<helperCount).map { _ in Helper() }
        }

        func run(taskCount: Int, helperCount: Int, _ work: WorkerTasks) -> Bool {
            guard isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
                return false
            }
            let called = helpers.prefix(helperCount)
            self.taskCount = taskCount
            self.work = work
            nextTask.store(0, ordering: .relaxed)
            working.store(called.count, ordering: .relaxed)
            for helper in called {
                helper.state.store(.called, ordering: .sequentiallyConsistent)
                helper.bell.ring()
            }
            takeTasks(as: 0, work)
            // Nobody waits for a helper that has not come: on a busy machine that takes longer than the work.
            for helper in called
            where helper.state.compareExchange(expected: .called, desired: .idle, ordering: .acquiringAndReleasing)
                .exchanged
            {
                working.wrappingSubtract(1, ordering: .relaxed)
            }
            allDone.wait { working.load(ordering: .sequentiallyConsistent) == 0 }
            self.work = nil
            isBusy.store(false, ordering: .releasing)
            return true
        }

        func help(_ index: Int) {
            let helper = helpers[index]
            while true {
                helper.bell.wait {
                    helper.state.load(ordering: .sequentiallyConsistent) == .called
                        || isStopping.load(ordering: .sequentiallyConsistent)
                }
                if isStopping.load(ordering: .sequentiallyConsistent) { return }
                guard
                    helper.state.compareExchange(
                        expected: .called, desired: .working, ordering: .acquiringAndReleasing
                    ).exchanged
                else { continue }
                if let work { takeTasks(as: index + 1, work) }
                helper.state.store(.idle, ordering: .releasing)
                if working.wrappingSubtract(1, ordering: .sequentiallyConsistent).newValue == 0 { allDone.ring() }
            }
        }

        func stop() {
            isStopping.store(true, ordering: .sequentiallyConsistent)
            for helper in helpers { helper.bell.ring() }
        }

        private func takeTasks(as worker: Int, _ work: WorkerTasks) {
            while true {
                let task = nextTask.wrappingAdd(1, ordering: .relaxed).oldValue
                guard task < taskCount else { return }
                work.run(task, worker)
            }
        }
    }
}
