import Dispatch
import Synchronization
import Testing

@testable import DatasetRegistry

@Suite struct SharedTasksTests {
    @Test(arguments: [0, 1, 7, 500])
    func everyTaskIsDoneOnceHoweverManyThreadsWantIt(count: Int) {
        let calls = Mutex(Array(repeating: 0, count: count))
        let tasks = SharedTasks(count: count) { number -> Int in
            calls.withLock { $0[number] += 1 }
            return number * number
        }
        let wrong = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            if tasks.all() != (0..<count).map({ $0 * $0 }) { wrong.add(1, ordering: .relaxed) }
        }
        #expect(wrong.load(ordering: .relaxed) == 0)
        #expect(calls.withLock { $0 } == Array(repeating: 1, count: count))
    }

    /// A thread that comes while another is at a task does the others, and waits for that one alone.
    @Test func threadsDoEachOthersTasks() {
        let isSecondDone = DispatchSemaphore(value: 0)
        let isFirstBegun = DispatchSemaphore(value: 0)
        let tasks = SharedTasks(count: 2) { number -> Int in
            if number == 0 {
                isFirstBegun.signal()
                isSecondDone.wait()
            } else {
                isSecondDone.signal()
            }
            return number
        }
        let ended = DispatchGroup()
        DispatchQueue.global().async(group: ended) { _ = tasks.all() }
        isFirstBegun.wait()
        #expect(tasks.all() == [0, 1])
        ended.wait()
    }
}
