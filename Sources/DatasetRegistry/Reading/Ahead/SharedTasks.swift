import Foundation

/// Tasks that all threads which need the outcome do together: none of them waits while there is one to be done.
final class SharedTasks<Outcome: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private let task: @Sendable (Int) -> Outcome
    // All of this is touched only while `condition` is locked.
    private var begun = 0
    private var done = 0
    private var outcomes: [Outcome?]
    /// The outcomes once all are there.
    private var complete: [Outcome] = []
    private let order: [Int]

    /// - Parameters:
    ///   - order: the tasks' numbers, which are all from 0 on, as they are to be begun. With the longest first, nobody waits
    ///     for long at the end.
    ///   - task: told its number; called once for each, from any thread.
    init(order: [Int], task: @escaping @Sendable (Int) -> Outcome) {
        self.order = order
        self.task = task
        outcomes = Array(repeating: nil, count: order.count)
    }

    convenience init(count: Int, task: @escaping @Sendable (Int) -> Outcome) {
        self.init(order: Array(0..<count), task: task)
    }

    /// What came of each task, once all are done; does those that nobody has begun.
    func all() -> [Outcome] {
        condition.lock()
        defer { condition.unlock() }
        while begun < order.count {
            let number = order[begun]
            begun += 1
            condition.unlock()
            let outcome = task(number)
            condition.lock()
            finish(number, outcome)
        }
        while done < order.count { condition.wait() }
        return complete
    }

    private func finish(_ number: Int, _ outcome: Outcome) {
        outcomes[number] = outcome
        done += 1
        guard done == order.count else { return }
        complete = outcomes.compactMap(\.self)
        outcomes = []
        condition.broadcast()
    }
}
