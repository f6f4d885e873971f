import Foundation
import Synchronization
import SystemPackage
import Testing

@testable import ContentStore

@Suite struct HashingQueueTests {
    private func work(
        _ ids: [ObjectID], in store: Store, named: Set<ObjectID>, threads: Int
    ) -> (outcomes: [Result<HashingQueue.Finding, ContentStoreError>], bytes: Int) {
        let queue = HashingQueue(ids, in: store.objects, named: named) { _ in }
        DispatchQueue.concurrentPerform(iterations: threads) { _ in queue.work() }
        return (queue.outcomes, queue.byteCount)
    }

    /// Objects of every length beside one another: some end with a piece, some are shorter than a block.
    @Test(arguments: [1, 2, 3], [1, 2, 3, 4])
    func whatIsFoundIsWhatIsThere(threads: Int, seed: UInt64) throws {
        let temporary = try TemporaryStore()
        let store = temporary.store
        var generator = SeededGenerator(seed)
        let lengths = [0, 1, ObjectPieces.size - 1, ObjectPieces.size, ObjectPieces.size + 1, 3 * ObjectPieces.size]
        let contents = (lengths + (0..<20).map { _ in generator.below(300_000) }).map { generator.bytes($0) }
        let objects = try store.write { writer in try contents.map { try writer.stage($0) } }
        let ids = objects.map(\.id).shuffled(using: &generator)
        let named = Set(ids.filter { _ in generator.below(3) > 0 })
        let (outcomes, byteCount) = work(ids, in: store, named: named, threads: threads)
        #expect(outcomes.count == ids.count)
        for (id, outcome) in zip(ids, outcomes) {
            let object = try #require(objects.first { $0.id == id })
            switch try outcome.get() {
            case .object(let found): #expect(named.contains(id) && found == object)
            case .witness(let found): #expect(!named.contains(id) && found == object.witness)
            case .nothing: Issue.record("\(object.bytes) bytes were not found")
            }
        }
        #expect(byteCount == contents.reduce(0) { $0 + $1.count })
    }

    /// Each of them is told once, however many bytes were read before it.
    @Test func progressGrowsToAllBytes() throws {
        let temporary = try TemporaryStore()
        var generator = SeededGenerator(5)
        let objects = try temporary.store.write { writer in
            try (1...9).map { try writer.stage(generator.bytes(30_000 * $0)) }
        }
        let told = Mutex<[Int]>([])
        let queue = HashingQueue(objects.map(\.id), in: temporary.store.objects, named: []) { bytes in
            told.withLock { $0.append(bytes) }
        }
        queue.work()
        let total = objects.reduce(0) { $0 + $1.bytes }
        let steps = told.withLock { $0 }
        #expect(steps.last == total && queue.byteCount == total)
        #expect(zip([0] + steps, steps).allSatisfy { $0 < $1 })
    }

    @Test func objectsInPartsAreHashedJoined() throws {
        let made = try PartsStore()
        let (outcomes, _) = work(
            made.parts.map(\.id), in: made.store, named: Set(made.parts.map(\.id)), threads: 1)
        for (object, outcome) in zip(made.parts, outcomes) {
            guard case .object(object) = try outcome.get() else {
                Issue.record("\(object.id) was not found as it is")
                continue
            }
        }
    }

    /// What is lost, cannot be read or was changed says so, and keeps nothing of what is beside it.
    @Test(arguments: [1, 2])
    func damageOfOneIsNoOthers(threads: Int) throws {
        let temporary = try TemporaryStore()
        let store = temporary.store
        var generator = SeededGenerator(8)
        let objects = try store.write { writer in
            try (0..<9).map { _ in try writer.stage(generator.bytes(200_000)) }
        }
        try FileSystem.remove(store.objects.path(of: objects[1].id))
        try FileSystem.remove(store.objects.path(of: objects[4].id))
        try FileSystem.createFolder(store.objects.path(of: objects[4].id))
        try flipBit(1_234_567, of: store.objects.path(of: objects[7].id))
        let (outcomes, _) = work(
            objects.map(\.id), in: store, named: Set(objects.map(\.id)), threads: threads)
        for (index, outcome) in outcomes.enumerated() {
            switch (index, outcome) {
            case (1, .success(.nothing)), (4, .failure(.system(store.objects.path(of: objects[4].id), _, _))): break
            case (7, .success(.object(let found))): #expect(found.id != objects[7].id)
            case (_, .success(.object(let found))): #expect(found == objects[index])
            default: Issue.record("object \(index): \(outcome)")
            }
        }
    }
}
