import ContentStore
import DatasetFormats
import Dispatch
import Foundation
import Synchronization
import Testing

@testable import DatasetRegistry

@Suite struct StoredDatasetTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }

    init() throws { temporary = try TemporaryStore() }

    /// Enough for more shards than stay in memory.
    private func addLarge() throws -> StoredDataset {
        try temporary.add(largeFile(7, rows: 28_000))
        let dataset = try temporary.open()
        try #require(dataset.manifest.shards.count > 5)
        return dataset
    }

    @Test func everyRowIsFoundByItsNumber() throws {
        let dataset = try addLarge()
        #expect(dataset.rowCount == 28_000)
        for index in 0..<dataset.rowCount {
            guard try dataset.row(at: index)["row"] == .int(index) else {
                Issue.record("row \(index) is \(String(decoding: try dataset.rawRow(at: index), as: UTF8.self))")
                return
            }
        }
    }

    @Test func rowsAreReadInAnyOrderFromManyThreads() throws {
        let dataset = try addLarge()
        let wrong = Mutex<[Int]>([])
        DispatchQueue.concurrentPerform(iterations: 3) { thread in
            var generator = SeededGenerator(UInt64(thread) + 1)
            for _ in 0..<150 {
                let index = generator.below(dataset.rowCount)
                if (try? dataset.row(at: index))?["row"] != .int(index) { wrong.withLock { $0.append(index) } }
            }
        }
        #expect(wrong.withLock { $0 } == [])
    }

    @Test(arguments: [-1, 2, 3, .max, .min])
    func aRowThatIsNotThereIsNamed(index: Int) throws {
        try temporary.add(bytes("[{\"a\":1},{\"a\":2}]"))
        let dataset = try temporary.open()
        #expect(throws: DatasetRegistryError.noSuchRow(dataset: "rows", row: index, count: 2)) {
            try dataset.row(at: index)
        }
    }

    @Test func aDamagedShardIsNamedAndHurtsNoOther() throws {
        let shards = try addLarge().manifest.shards
        let shard = shards[2]
        try temporary.damage(shard.object.id)
        let dataset = try temporary.open()
        let path = store.objects.path(of: shard.object.id)
        let damaged = ContentStoreError.damagedObject(id: shard.object.id, path: path)
        for row in [shard.firstRow, shard.firstRow + shard.rows - 1] {
            #expect(throws: damaged) { try dataset.row(at: row) }
        }
        for row in [0, shard.firstRow - 1, shard.firstRow + shard.rows, dataset.rowCount - 1] {
            #expect(try dataset.row(at: row)["row"] == .int(row))
        }
        #expect(throws: damaged) { try temporary.export() }
        try FileManager.default.removeItem(atPath: path.string)
        #expect(throws: ContentStoreError.missingObject(id: shard.object.id, path: path)) {
            try temporary.open().row(at: shard.firstRow)
        }
    }

    @Test func aManifestThatCountsWrongIsNamed() throws {
        let added = try temporary.add(bytes("{\"a\":1}\n{\"a\":2}\n"))
        let shard = try #require(added.manifest.shards.first)
        let wrong = DatasetManifest(
            source: added.manifest.source, shards: [.init(object: shard.object, firstRow: 0, rows: 3)], columns: [],
            attributes: added.manifest.attributes, recipe: added.manifest.recipe)
        let id = try store.write { try $0.stage(.dataset(wrong)) }
        let dataset = try StoredDataset(id, name: "wrong", in: store)
        #expect(
            throws: ContentStoreError.malformedManifest(id: id, problem: "says that shard 0 has 3 rows; it has 2")
        ) { try dataset.row(at: 0) }
    }

    @Test func aManifestWithoutLayoutIsNamed() throws {
        let added = try temporary.add(bytes("{\"a\":1}\n"))
        let wrong = DatasetManifest(
            source: added.manifest.source, shards: added.manifest.shards, columns: [], attributes: ["layout": .int(1)],
            recipe: added.manifest.recipe)
        let id = try store.write { try $0.stage(.dataset(wrong)) }
        #expect(throws: ContentStoreError.malformedManifest(id: id, problem: "has no layout that ds knows")) {
            try StoredDataset(id, name: "wrong", in: store)
        }
    }
}
