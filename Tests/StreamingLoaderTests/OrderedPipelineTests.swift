import Foundation
import StreamingLoader
import Synchronization
import Testing

@Suite struct OrderedPipelineTests {
    private struct Stop: Error, Equatable {
        let job: Int
    }

    @Test(arguments: [1, 2, 4])
    func resultsComeInOrderWhateverTheTiming(threadCount: Int) throws {
        let pipeline = OrderedPipeline(threadCount: threadCount, capacity: 8, jobs: 0..<300) { job -> Int in
            usleep(UInt32((job &* 7919) % 400))
            return job * job
        }
        var results: [Int] = []
        while let result = try pipeline.next() { results.append(result) }
        #expect(results == (0..<300).map { $0 * $0 })
        #expect(try pipeline.next() == nil)
    }

    @Test(arguments: [1, 2, 4])
    func anErrorComesAfterWhatWasBeforeIt(threadCount: Int) throws {
        let pipeline = OrderedPipeline(threadCount: threadCount, capacity: 8, jobs: 0..<100) { job -> Int in
            if job % 10 == 7 { throw Stop(job: job) }
            usleep(200)
            return job
        }
        for job in 0..<7 { #expect(try pipeline.next() == job) }
        #expect(throws: Stop(job: 7)) { try pipeline.next() }
        #expect(try pipeline.next() == nil)
    }

    @Test func aSlowReaderStopsTheWork() throws {
        let started = Mutex(0)
        let pipeline = OrderedPipeline(threadCount: 2, capacity: 5, jobs: 0..<1000) { job -> Int in
            started.withLock { $0 += 1 }
            return job
        }
        #expect(try pipeline.next() == 0)
        usleep(50_000)
        #expect(started.withLock { $0 } <= 1 + 5)
    }

    /// Neither the first nor a later one is kept back until others are there, which may never come.
    @Test(arguments: [1, 2, 4])
    func aReaderThatWaitsGetsEachResult(threadCount: Int) throws {
        let received = Mutex(-1)
        let pipeline = OrderedPipeline(threadCount: threadCount, capacity: 8, jobs: 0..<40) { [self] job -> Bool in
            becomes { received.withLock { $0 >= job - 1 } }
        }
        var results = 0
        while let isReceived = try pipeline.next() {
            #expect(isReceived)
            received.withLock { $0 = results }
            results += 1
        }
        #expect(results == 40)
    }

    /// Made by one thread; says at its end whether the same one freed it.
    private final class Owned: Sendable {
        private let maker = UInt(pthread_self())
        private let freedElsewhere: @Sendable () -> Void

        init(freedElsewhere: @escaping @Sendable () -> Void) { self.freedElsewhere = freedElsewhere }

        deinit {
            if UInt(pthread_self()) != maker { freedElsewhere() }
        }
    }

    /// All but those that are handed out when their thread has nothing more to do.
    @Test(arguments: [1, 2, 4])
    func resultsAreFreedByTheThreadThatMadeThem(threadCount: Int) throws {
        let count = Counter()
        let capacity = 4
        do {
            let pipeline = OrderedPipeline(threadCount: threadCount, capacity: capacity, jobs: 0..<500) { _ in
                Owned { count.add() }
            }
            var results = 0
            while try pipeline.next() != nil { results += 1 }
            #expect(results == 500)
        }
        #expect(count.value <= capacity + 1)
    }

    /// No more results are made anew than may be there at a time: all others are made of those before.
    @Test(arguments: [1, 2, 4])
    func whatTheReaderIsDoneWithIsAllUsedAgain(threadCount: Int) throws {
        let made = Counter()
        let capacity = 8
        var rest = 0..<2000
        let pipeline = OrderedPipeline<Int>(
            threadCount: threadCount, capacity: capacity, plan: { rest.popFirst() },
            work: { job, spent in
                if spent.take() == nil { made.add() }
                return job
            })
        while try pipeline.next() != nil {}
        // Each thread may once have made all that are ahead, the one with the reader, and one that is being made.
        #expect(made.value <= threadCount * (capacity + 2))
    }

    /// What a thread made before is lent to it once the reader is done with it, and never twice.
    @Test(arguments: [1, 2, 4])
    func workIsLentWhatItsThreadMadeAndTheReaderIsDoneWith(threadCount: Int) throws {
        struct Made: Sendable {
            let job: Int
            let thread: UInt
        }
        let lent = Mutex<[Int]>([])
        let isHandedOut = Mutex(Set<Int>())
        var rest = 0..<500
        let pipeline = OrderedPipeline<Made>(
            threadCount: threadCount, capacity: 4, plan: { rest.popFirst() },
            work: { job, spent in
                let thread = UInt(pthread_self())
                if let taken = spent.take() {
                    #expect(taken.thread == thread)
                    #expect(isHandedOut.withLock { $0.contains(taken.job) })
                    lent.withLock { $0.append(taken.job) }
                }
                return Made(job: job, thread: thread)
            })
        var last: Int?
        var results = 0
        while true {
            // By asking for the next one the reader says that it is done with this.
            if let last { isHandedOut.withLock { _ = $0.insert(last) } }
            guard let made = try pipeline.next() else { break }
            #expect(made.job == results)
            results += 1
            last = made.job
        }
        #expect(results == 500)
        let found = lent.withLock { $0 }
        #expect(found.count == Set(found).count)
        #expect(!found.isEmpty)
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add(_ number: Int = 1) { count.withLock { $0 += number } }
    }

    /// Waits until something is so, which other threads make so; for as long as a machine may need that runs all tests.
    private func becomes(_ isSo: () -> Bool) -> Bool {
        for _ in 0..<10_000 {
            if isSo() { return true }
            usleep(1000)
        }
        return isSo()
    }

    /// Counts itself while it is there.
    private final class Counted: Sendable {
        private let count: Counter

        init(_ count: Counter) {
            self.count = count
            count.add()
        }

        deinit { count.add(-1) }
    }

    /// What the reader is done with does not pile up, where nothing is made of it.
    @Test(arguments: [1, 2, 4])
    func whatTheReaderIsDoneWithIsFreedMeanwhile(threadCount: Int) throws {
        let alive = Counter()
        let capacity = 4
        let pipeline = OrderedPipeline(threadCount: threadCount, capacity: capacity, jobs: 0..<500) { _ in
            Counted(alive)
        }
        var most = 0
        while try pipeline.next() != nil { most = max(most, alive.value) }
        // A thread frees what it has before it makes the next: up to then it may have all that were there at a time.
        #expect(most <= (threadCount + 1) * (capacity + 2))
    }

    /// What was made ahead of an error is nobody's, and takes no memory while the pipeline is kept.
    @Test func whatCannotBeHandedOutIsFreed() throws {
        let (alive, begun, late) = (Counter(), Counter(), Counter())
        let isOver = Mutex(false)
        let pipeline = OrderedPipeline(threadCount: 3, capacity: 8, jobs: 0..<100) { job -> Counted in
            if job == 1 { begun.add() }
            // The second is under way before the error, and still is when the reader has had it.
            while job == 0, begun.value == 0 { usleep(100) }
            if job == 0 { throw Stop(job: 0) }
            while job == 1, !isOver.withLock({ $0 }) { usleep(100) }
            let result = Counted(alive)
            if job == 1 { late.add() }
            return result
        }
        #expect(throws: Stop(job: 0)) { try pipeline.next() }
        isOver.withLock { $0 = true }
        #expect(becomes { late.value == 1 && alive.value == 0 })
        withExtendedLifetime(pipeline) {}
    }

    /// Whoever needs no more gives the pipeline up, and its threads end, with all that they hold.
    @Test(arguments: [0, 1, 5])
    func theThreadsEndWithThePipeline(results: Int) throws {
        let alive = Counter()
        do {
            let held = Counted(alive)
            let pipeline = OrderedPipeline(threadCount: 2, capacity: 4, jobs: 0..<1000) { _ -> Counted in
                withExtendedLifetime(held) { Counted(alive) }
            }
            for _ in 0..<results { _ = try pipeline.next() }
        }
        #expect(becomes { alive.value == 0 })
    }

    /// A plan that has said that nothing follows, or that has failed, is not asked again, by whichever thread.
    @Test(arguments: [false, true])
    func theEndIsPlannedOnce(fails: Bool) throws {
        let asked = Counter()
        let pipeline = OrderedPipeline<Int>(
            threadCount: 4, capacity: 8,
            plan: { () throws -> Int? in
                asked.add()
                if fails { throw Stop(job: 0) }
                return nil
            }, work: { $0 })
        #expect(becomes { asked.value > 0 })
        // The other threads have time to ask, too.
        usleep(50_000)
        #expect(asked.value == 1)
        withExtendedLifetime(pipeline) {}
    }

    @Test func planningThatFailsIsTheLastResult() throws {
        var job = 0
        let pipeline = OrderedPipeline<Int>(
            threadCount: 3, capacity: 4,
            plan: { () throws -> Int? in
                job += 1
                if job == 4 { throw Stop(job: job) }
                return job
            }, work: { $0 })
        for expected in 1...3 { #expect(try pipeline.next() == expected) }
        #expect(throws: Stop(job: 4)) { try pipeline.next() }
    }
}
