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
    func run(
        taskCount: Int, helperCount: Int, _ body: @escaping @Sendable (_ task: Int, _ worker: Int) -> Void
    ) -> Bool {
        shared.run(taskCount: taskCount, helperCount: helperCount, body)
    }

    /// What the threads see; they keep it alive until they end.
    private final class Shared: @unchecked Sendable {
        private final class Helper: Sendable {
            /// How often it has been asked to help.
            let calls = Atomic<Int>(0)
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
        private var body: (@Sendable (Int, Int) -> Void)?

        init(helperCount: Int) {
            helpers = (0..<helperCount).map { _ in Helper() }
        }

        func run(
            taskCount: Int, helperCount: Int, _ body: @escaping @Sendable (Int, Int) -> Void
        ) -> Bool {
            guard isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
                return false
            }
            let called = helpers.prefix(helperCount)
            self.taskCount = taskCount
            self.body = body
            nextTask.store(0, ordering: .relaxed)
            working.store(called.count, ordering: .relaxed)
            for helper in called {
                helper.calls.wrappingAdd(1, ordering: .sequentiallyConsistent)
                helper.bell.ring()
            }
            takeTasks(as: 0, body)
            allDone.wait { working.load(ordering: .sequentiallyConsistent) == 0 }
            self.body = nil
            isBusy.store(false, ordering: .releasing)
            return true
        }

        func help(_ index: Int) {
            let helper = helpers[index]
            var answered = 0
            while true {
                helper.bell.wait {
                    helper.calls.load(ordering: .sequentiallyConsistent) != answered
                        || isStopping.load(ordering: .sequentiallyConsistent)
                }
                guard helper.calls.load(ordering: .acquiring) != answered else { return }
                answered += 1
                if let body { takeTasks(as: index + 1, body) }
                if working.wrappingSubtract(1, ordering: .sequentiallyConsistent).newValue == 0 { allDone.ring() }
            }
        }

        func stop() {
            isStopping.store(true, ordering: .sequentiallyConsistent)
            for helper in helpers { helper.bell.ring() }
        }

        private func takeTasks(as worker: Int, _ body: @Sendable (Int, Int) -> Void) {
            while true {
                let task = nextTask.wrappingAdd(1, ordering: .relaxed).oldValue
                guard task < taskCount else { return }
                body(task, worker)
            }
        }
    }
}
