import Foundation
import Synchronization
import Testing

@testable import Kernels

@Suite struct WorkerPoolTests {
    private final class Counters: Sendable {
        private let values: [Atomic64]
        init(count: Int) { values = (0..<count).map { _ in Atomic64() } }
        func add(_ index: Int) { values[index].value.wrappingAdd(1, ordering: .relaxed) }
        var all: [Int] { values.map { $0.value.load(ordering: .relaxed) } }

        private final class Atomic64: Sendable { let value = Atomic<Int>(0) }
    }

    private struct Body {
        let run: (_ task: Int, _ worker: Int) -> Void
    }

    private func run(
        _ pool: WorkerPool, taskCount: Int, helperCount: Int, _ body: @escaping (_ task: Int, _ worker: Int) -> Void
    ) -> Bool {
        withUnsafePointer(to: Body(run: body)) { body in
            let tasks = WorkerTasks(operands: UnsafeRawPointer(body)) { place, task, worker in
                place.assumingMemoryBound(to: Body.self).pointee.run(task, worker)
            }
            return pool.run(taskCount: taskCount, helperCount: helperCount, tasks)
        }
    }

    @Test(arguments: [1, 2, 7], [1, 2, 3, 64])
    func everyTaskRunsOnceEveryTime(helperCount: Int, taskCount: Int) {
        let pool = WorkerPool(helperCount: helperCount)
        let counters = Counters(count: taskCount)
        for round in 1...500 {
            let isDone = run(pool, taskCount: taskCount, helperCount: helperCount) { task, _ in counters.add(task) }
            #expect(isDone)
            guard counters.all.allSatisfy({ $0 == round }) else {
                Issue.record("round \(round): \(counters.all)")
                return
            }
        }
    }

    @Test func workersAreToldApart() {
        let pool = WorkerPool(helperCount: 3)
        let inside = Counters(count: 4)
        for _ in 0..<200 {
            _ = run(pool, taskCount: 40, helperCount: 3) { _, worker in inside.add(worker) }
        }
        #expect(inside.all.reduce(0, +) == 200 * 40)
    }

    @Test func callersAtOnceAndTasksWithTasksInsideAllEnd() async throws {
        let context = try ComputeContext(precision: .float32, threadCount: 4)
        let counters = Counters(count: 32)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<100 {
                        context.forEach(8) { outer in
                            context.forEach(4) { inner in counters.add(outer * 4 + inner) }
                        }
                    }
                }
            }
        }
        #expect(counters.all == Array(repeating: 400, count: 32))
    }

    /// A pool's threads end with it: each of many would otherwise keep its stack.
    @Test func threadsEndWithTheirPool() async throws {
        func threadCount() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").filter {
                let name = try? String(contentsOfFile: "/proc/self/task/\($0)/comm", encoding: .utf8)
                return name?.hasPrefix("ds-worker-9") == true
            }.count
        }
        for _ in 0..<20 {
            let pool = WorkerPool(helperCount: 9)
            #expect(run(pool, taskCount: 9, helperCount: 9) { _, _ in })
        }
        let end = ContinuousClock.now + .seconds(60)
        while try threadCount() > 0, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try threadCount() == 0)
    }
}
