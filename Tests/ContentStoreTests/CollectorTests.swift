import Dispatch
import Foundation
import SystemPackage
import Testing

@testable import ContentStore

@Suite struct CollectorTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }

    init() throws { temporary = try TemporaryStore() }

    private func name(_ text: String) throws -> ReferenceName { try ReferenceName(text) }

    /// Removes a name, as another process would.
    private func remove(_ text: String) throws { try store.write { $0.remove(.dataset, try name(text)) } }

    private func isThere(_ id: ObjectID) -> Bool { FileSystem.exists(store.objects.path(of: id)) }

    @Test func whatNoNameNeedsGoesAndWhatIsSharedStays() throws {
        let kept = try store.addDataset("kept", ["{\"shared\":1}\n", "{\"own\":1}\n"])
        let gone = try store.addDataset("gone", ["{\"shared\":1}\n", "{\"gone\":1}\n"])
        let loose = try store.write { try $0.stage(bytes("loose")) }
        try remove("gone")
        let plan = try Collector(store).plan()
        let before = try store.contents()
        #expect(Set(plan.removed.map(\.id)) == [gone, loose.id, try ObjectID.of(bytes("{\"gone\":1}\n"))])
        #expect(plan.keptCount == 3)
        #expect(try store.contents() == before)
        let done = try Collector(store).run()
        #expect(done == plan)
        #expect(try store.objects.list().ids.count == 3)
        #expect(done.removedBytes == plan.removed.reduce(0) { $0 + $1.bytes })
        let manifest = try store.datasetManifest(kept)
        for shard in manifest.shards { _ = try store.objects.read(shard.object) }
        #expect(try Collector(store).run().removed == [])
        #expect(!FileSystem.exists(store.collectorMark))
    }

    @Test func everyVersionIsKeptUnlessThePolicySaysOtherwise() throws {
        let ids = try (1...4).map { try store.addDataset("rows", ["{\"a\":\($0)}\n"]) }
        try store.write { $0.tag(.dataset, try name("rows"), version: 1, as: try VersionTag("first")) }
        #expect(try Collector(store).run().removed == [])
        let policy = RetentionPolicy(versions: 2)
        let plan = try Collector(store, policy: policy).plan()
        #expect(plan.dropped.map(\.version) == [2])
        #expect(try Collector(store, policy: policy).run() == plan)
        #expect(ids.map(isThere) == [true, false, true, true])
        #expect(try store.references.get(.dataset, try name("rows")).keptVersions.map(\.number) == [1, 3, 4])
        var verifier = Verifier(store)
        #expect(try verifier.run(threadCount: 1) { _, _ in }.isIntact)
        // And the index does not stumble over what is gone.
        #expect(try StoreIndex(of: store).names(of: ids[1]).isEmpty)
    }

    private static let day = 86_400

    @Test(arguments: [
        (versions: Int?.none, days: Int?.some(10), dropped: [1]), (nil, 2, [1, 2]), (nil, 0, [1, 2, 3]),
        (1, 10, [1]), (3, 0, [1]), (1, nil, [1, 2, 3]), (9, nil, []), (nil, nil, []),
    ])
    func aVersionIsKeptThatEitherKeeps(versions: Int?, days: Int?, dropped: [Int]) throws {
        let id = try ObjectID.of([])
        // The last is from the future: a clock went back.
        let ages = [20, 5, 1, -3]
        let reference = try #require(
            Reference(
                kind: .run, name: try name("r"),
                versions: ages.enumerated().map {
                    .init(number: $0 + 1, manifest: id, time: 1_000_000_000 - $1 * Self.day)
                }))
        let policy = RetentionPolicy(versions: versions, days: days)
        #expect(policy.dropped(of: reference, now: 1_000_000_000) == dropped)
    }

    // MARK: Readers

    @Test func whatIsReadIsKept() throws {
        let id = try store.addDataset("rows", ["{\"a\":1}\n"])
        var reader: Store? = try temporary.reopened()
        _ = try reader?.version(.dataset, try name("rows"))
        try remove("rows")
        let collection = try Collector(store).run()
        #expect(collection.removed == [])
        #expect(collection.heldCount == 1)
        #expect(try reader?.datasetManifest(id).rows == 1)
        reader = nil
        #expect(try Collector(store).run().removed.count == 2)
        #expect(try FileSystem.list(store.leaseFolder).filter { $0.hasPrefix("reader-") } == [])
    }

    @Test(arguments: [(host: "another host", age: 3600.0, isKept: true), ("another host", 90_000, false)])
    func aReaderOnAnotherHostIsKnownByItsFile(host: String, age: Double, isKept: Bool) throws {
        let id = try store.addDataset("rows", ["{\"a\":1}\n"])
        let holder = LeaseRecord(
            host: host, process: 1, processStart: "1", heartbeat: 0, isReleased: false, token: "t")
        let record = ReaderLease.Record(holder: holder, manifests: [id.hex])
        let path = try temporary.folder.write(try CanonicalJSON.bytes(record), to: ".ds/leases/reader-t")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -age)], ofItemAtPath: path.string)
        try remove("rows")
        // The write above swept a dead one away.
        #expect(FileSystem.exists(path) == isKept)
        #expect(try Collector(store).run().removed.isEmpty == isKept)
    }

    @Test func aReaderThatCannotBeUnderstoodStopsIt() throws {
        try store.addDataset("rows", ["{\"a\":1}\n"])
        try remove("rows")
        try temporary.folder.write(bytes("garbage"), to: ".ds/leases/reader-x")
        #expect(throws: ContentStoreError.self) { try Collector(store).run() }
        #expect(try store.objects.list().ids.count == 2)
    }

    @Test func aReaderWaitsForACollectionThatIsUnderWay() throws {
        let id = try store.addDataset("rows", ["{\"a\":1}\n"])
        let failures = Failures()
        let finished = DispatchSemaphore(value: 0)
        try store.withLease(waiting: 0) { _ in
            try temporary.folder.write([], to: ".ds/leases/collector")
            DispatchQueue.global().async {
                failures.catching { try self.store.hold(id) }
                finished.signal()
            }
            #expect(finished.wait(timeout: .now() + 0.2) == .timedOut)
            try FileSystem.remove(store.collectorMark)
        }
        #expect(finished.wait(timeout: .now() + 20) == .success)
        #expect(failures.all == [])
    }

    @Test func theMarkOfADeadCollectorHoldsNobodyUp() throws {
        let id = try store.addDataset("rows", ["{\"a\":1}\n"])
        try temporary.folder.write([], to: ".ds/leases/collector")
        try store.hold(id)
        #expect(!FileSystem.exists(store.collectorMark))
    }

    @Test func readersAndCollectorsAtOnceLoseNothing() throws {
        let failures = Failures()
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            for turn in 0..<25 {
                failures.catching {
                    let store = try self.temporary.reopened()
                    if thread == 0 {
                        _ = try Collector(store).run()
                    } else if thread == 1 {
                        try store.addDataset("rows", ["{\"turn\":\(turn)}\n"])
                        try store.write { $0.remove(.dataset, try self.name("rows")) }
                    } else {
                        do {
                            let version = try store.version(.dataset, try self.name("rows")).version
                            let manifest = try store.datasetManifest(version.manifest)
                            for shard in manifest.shards { _ = try store.objects.read(shard.object) }
                        } catch {
                            guard case .unknownName? = error as? ContentStoreError else { throw error }
                        }
                    }
                }
            }
        }
        #expect(failures.all == [])
    }

    // MARK: What stops it

    @Test func aNameThatCannotBeReadStopsIt() throws {
        try store.addDataset("rows", ["{\"a\":1}\n"])
        let loose = try store.write { try $0.stage(bytes("loose")) }
        try temporary.folder.write(bytes("garbage"), to: ".ds/refs/datasets/hurt")
        #expect(throws: ContentStoreError.self) { try Collector(store).run() }
        #expect(throws: ContentStoreError.self) { try Collector(store).plan() }
        #expect(isThere(loose.id))
    }

    @Test func aDamagedManifestStopsIt() throws {
        let id = try store.addDataset("rows", ["{\"a\":1}\n"])
        try flipBit(30, of: store.objects.path(of: id))
        #expect(throws: ContentStoreError.damagedObject(id: id, path: store.objects.path(of: id))) {
            try Collector(store).run()
        }
        #expect(try store.objects.list().ids.count == 2)
        #expect(!FileSystem.exists(store.collectorMark))
    }

    @Test func whatWasInterruptedIsTakenUpAgain() throws {
        try store.addDataset("kept", ["{\"kept\":1}\n"])
        for index in 0..<10 { _ = try store.write { try $0.stage(bytes("loose \(index)")) } }
        #expect(throws: Interrupted.self) {
            try Collector(store).run(progress: { done, _ in if done == 4 { throw Interrupted() } })
        }
        #expect(try store.objects.list().ids.count == 8)
        var verifier = Verifier(store)
        #expect(try verifier.run(threadCount: 1) { _, _ in }.isIntact)
        #expect(try Collector(store).run().removed.count == 6)
    }

    @Test func whileAnotherWritesItIsBusy() throws {
        let error = try store.write { _ in
            #expect(throws: ContentStoreError.self) { try Collector(store).run(waiting: 0.05) }
        }
        guard case .busy = error else {
            Issue.record("threw \(String(describing: error))")
            return
        }
    }

    @Test func aViewGoesWithItsManifest() throws {
        let id = try store.write { writer in
            let files = try ["a", "b"].map { StoredFile(name: $0, object: try writer.stage(bytes($0))) }
            let id = try writer.stage(
                .model(ModelManifest(files: files, isFolder: true, attributes: [:], recipe: Recipe(operation: "m"))))
            writer.set(.model, try name("m"), to: id)
            return id
        }
        let reader = try temporary.reopened()
        let view = try reader.modelPath(id)
        _ = try Collector(store).run()
        #expect(try read(view.appending("a")) == bytes("a"))
        try store.write { $0.remove(.model, try name("m")) }
        _ = try Collector(store).run()
        #expect(try read(view.appending("a")) == bytes("a"), "it is still read")
        withExtendedLifetime(reader) {}
    }

    // MARK: Space

    @Test func whatIsSharedAndWhatIsOwnAddsUp() throws {
        try store.addDataset("one", ["{\"shared\":1}\n", "{\"own\":1}\n"])
        try store.addDataset("two", ["{\"shared\":1}\n", "{\"two\":1}\n"])
        _ = try store.write { try $0.stage(bytes("loose")) }
        let usage = try StoreUsage(of: store)
        #expect(usage.names.map(\.name.text) == ["one", "two"])
        #expect(usage.names.map(\.sharedBytes) == [13, 13])
        #expect(usage.unreachableBytes == 5)
        #expect(usage.unreachableCount == 1)
        #expect(usage.objectBytes == usage.names.reduce(0) { $0 + $1.ownBytes } + 13 + 5)
        #expect(usage.objectCount == 6)
        // What it calls a name's own is what a collection frees without it.
        try remove("one")
        #expect(try Collector(store).run().removedBytes == usage.names[0].ownBytes + 5)
    }
}
