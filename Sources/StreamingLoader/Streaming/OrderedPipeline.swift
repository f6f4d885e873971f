import Foundation

/// Work done ahead by several threads and handed out in its order: what comes when never depends on timing.
///
/// No more than `capacity` results are there at a time, so a slow reader stops the work rather than filling memory. The
/// threads end with this value.
public final class OrderedPipeline<Output: Sendable> {
    private let queue: Queue

    /// What the threads share; all of it is touched only while `condition` is locked.
    private final class Queue: @unchecked Sendable {
        /// Makes a result of those that the reader is done with, or frees them.
        typealias Work = @Sendable (_ spent: inout [Output]) throws -> Output

        let condition = NSCondition()
        let capacity: Int
        /// Called while `condition` is locked, so by one thread at a time and in order.
        let plan: () throws -> Work?
        var nextJob = 0
        var nextResult = 0
        var results: [Int: (result: Result<Output?, any Error>, worker: Int)] = [:]
        /// What was handed out last, and by which thread it was made.
        var current: (output: Output, worker: Int)?
        /// For each thread, what it made and the reader is done with: memory is freed by the thread that took it, as
        /// the allocator would make others wait for each other.
        var finished: [[Output]]
        /// Whether the last job is planned.
        var isPlanned = false
        var isClosed = false
        /// Whether the reader waits for results, and how many threads for room: nobody else need be woken.
        var readerWaits = false
        var waitingWorkers = 0

        init(capacity: Int, workerCount: Int, plan: @escaping () throws -> Work?) {
            self.capacity = capacity
            self.plan = plan
            finished = Array(repeating: [], count: workerCount)
        }

        /// The next job, once there is room for its result; nil when no more is to be done.
        ///
        /// - Parameter spent: gets what the thread made and the reader is done with.
        func take(worker: Int, spent: inout [Output]) -> (job: Int, work: Work)? {
            condition.lock()
            defer {
                spent += finished[worker]
                finished[worker].removeAll(keepingCapacity: true)
                condition.unlock()
            }
            while !isClosed, !isPlanned, nextJob - nextResult >= capacity {
                waitingWorkers += 1
                condition.wait()
                waitingWorkers -= 1
            }
            guard !isClosed, !isPlanned else { return nil }
            let job = nextJob
            nextJob += 1
            do {
                if let work = try plan() { return (job, work) }
                results[job] = (.success(nil), worker)
            } catch {
                results[job] = (.failure(error), worker)
            }
            isPlanned = true
            condition.broadcast()
            return nil
        }

        func put(_ result: Result<Output?, any Error>, of job: Int, worker: Int) {
            condition.lock()
            if !isClosed { results[job] = (result, worker) }
            if readerWaits, isWorthWaking { condition.broadcast() }
            condition.unlock()
        }

        /// For how long a result may be there before a reader that waits has it, in seconds.
        private static var longestDelay: Double { 0.01 }

        /// Whether a reader that waits is to go on. It is faster than the threads then, and takes the place of one of them
        /// for a moment whenever it is woken: so it is, but at the beginning, for several results at a time.
        private var isWorthWaking: Bool {
            guard results[nextResult] != nil else { return false }
            return isPlanned || nextResult < capacity || results.count >= capacity / 2
        }

        func close() {
            condition.lock()
            isClosed = true
            results = [:]
            current = nil
            condition.broadcast()
            condition.unlock()
        }

        /// The next result, waited for.
        func next() -> Result<Output?, any Error> {
            condition.lock()
            defer { condition.unlock() }
            if let (output, worker) = current { finished[worker].append(output) }
            current = nil
            while !isClosed {
                if let (result, worker) = results.removeValue(forKey: nextResult) {
                    nextResult += 1
                    if case .success(.some(let output)) = result { current = (output, worker) }
                    if waitingWorkers > 0 { condition.broadcast() }
                    return result
                }
                readerWaits = true
                // Not for long, however slowly several come.
                _ = condition.wait(until: Date(timeIntervalSinceNow: Self.longestDelay))
                readerWaits = false
            }
            return .success(nil)
        }

        func run(worker: Int) {
            var spent: [Output] = []
            while let (job, work) = take(worker: worker, spent: &spent) {
                put(Result { try work(&spent) }, of: job, worker: worker)
            }
        }
    }

    /// - Parameters:
    ///   - capacity: results that may be there, or be worked on, before they are asked for.
    ///   - plan: says what is to be done next, nil after the last; called from any thread, one call after another.
    public convenience init<Job: Sendable>(
        threadCount: Int, capacity: Int, plan: sending @escaping () throws -> Job?,
        work: @escaping @Sendable (Job) throws -> Output
    ) {
        self.init(threadCount: threadCount, capacity: capacity, planned: plan) { job, spent in
            // Freed before the next is made, as room is for one of them only.
            spent.removeAll(keepingCapacity: true)
            return try work(job)
        }
    }

    /// The same for work that can use the memory of what it made before.
    ///
    /// - Parameter work: is lent a result that the same thread made and the reader is done with, where there is one, and
    ///   may take it.
    public convenience init<Job: Sendable>(
        threadCount: Int, capacity: Int, plan: sending @escaping () throws -> Job?,
        work: @escaping @Sendable (Job, _ spent: inout Output?) throws -> Output
    ) {
        self.init(threadCount: threadCount, capacity: capacity, planned: plan) { job, spent in
            var one = spent.popLast()
            return try work(job, &one)
        }
    }

    private init<Job: Sendable>(
        threadCount: Int, capacity: Int, planned plan: sending @escaping () throws -> Job?,
        work: @escaping @Sendable (Job, _ spent: inout [Output]) throws -> Output
    ) {
        precondition(threadCount > 0 && capacity > 0)
        let queue = Queue(capacity: max(capacity, threadCount), workerCount: threadCount) { () throws -> Queue.Work? in
            guard let job = try plan() else { return nil }
            return { try work(job, &$0) }
        }
        self.queue = queue
        for worker in 0..<threadCount {
            let thread = Thread { queue.run(worker: worker) }
            // As deep as what the main thread may nest.
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// - Parameter jobs: numbers of what is to be done.
    public convenience init(
        threadCount: Int, capacity: Int, jobs: Range<Int>, work: @escaping @Sendable (Int) throws -> Output
    ) {
        var rest = jobs
        self.init(threadCount: threadCount, capacity: capacity, plan: { rest.popFirst() }, work: work)
    }

    deinit { queue.close() }

    /// The next result in order; nil after the last.
    ///
    /// - Throws: what the work threw; nothing follows then.
    public func next() throws -> Output? {
        let result = queue.next()
        switch result {
        case .success(.some): break
        case .success(nil), .failure: queue.close()
        }
        return try result.get()
    }
}
