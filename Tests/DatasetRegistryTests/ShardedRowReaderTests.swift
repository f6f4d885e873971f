import DatasetFormats
import Dispatch
import Foundation
import Synchronization
import Testing

@testable import ContentStore
@testable import DatasetRegistry

/// Rows of many shards, read in any order.
@Suite struct ShardedRowReaderTests {
    private let temporary: TemporaryStore
    private let lines: [String]
    private let dataset: StoredDataset

    init() throws {
        temporary = try TemporaryStore()
        var random = SeededGenerator(2)
        lines = (0..<6000).map { index in
            let text = JSONWriter.string(.string(random.text(200 + random.below(2000))), style: .compact)
            // As rows may stand in a file: alone in a line, spread over several, or with spaces around.
            return index % 50 == 0
                ? "{\n  \"row\": \(index),\n  \"text\": \(text) }  " : "{\"row\":\(index),\"text\":\(text)}"
        }
        try temporary.add(Array((lines.joined(separator: "\n") + "\n").utf8))
        dataset = try temporary.open()
    }

    @Test func rowsInAnyOrderAreThoseOfTheFile() throws {
        #expect(dataset.manifest.shards.count > 1)
        var random = SeededGenerator(3)
        let wanted = (0..<2000).map { _ in random.below(lines.count) }
        var found: [(Int, [UInt8])] = []
        try dataset.forEachRow(at: wanted) { found.append(($0, Array($1))) }
        #expect(found.map(\.0) == wanted)
        for (row, bytes) in found { #expect(bytes == Array(lines[row].trimmingCharacters(in: .whitespaces).utf8)) }
        #expect(try dataset.rows(at: wanted).map { $0["row"]?.intValue } == wanted)
        #expect(throws: DatasetRegistryError.self) { try dataset.rows(at: [lines.count]) }
        #expect(throws: DatasetRegistryError.self) { try dataset.rows(at: [-1]) }
    }

    /// Rows that are handed back are taken, whether fewer or more than are wanted; those that somebody still has stay.
    @Test func rowsTakeThePlaceOfSpentOnes() throws {
        var random = SeededGenerator(8)
        var spent: [JSONObject]?
        for count in [3, 300, 0, 20, 20, 1] {
            let wanted = (0..<count).map { _ in random.below(lines.count) }
            let held = spent
            let before = held?.map { $0["row"]?.intValue }
            let rows = try dataset.rows(at: wanted, insteadOf: &spent)
            #expect(spent == nil)
            #expect(rows == (try dataset.rows(at: wanted)))
            #expect(rows.map { $0["row"]?.intValue } == wanted)
            #expect(held?.map { $0["row"]?.intValue } == before)
            spent = rows
        }
        #expect(throws: DatasetRegistryError.self) { try dataset.rows(at: [lines.count], insteadOf: &spent) }
    }

    /// However rows stand in their file, in each shard or in one alone.
    @Test(arguments: ["\n", " \n", "\r\n", "\n\n", ",\n", " "], [0, 1, 3])
    func rowsAreFoundHoweverTheyStand(separator: String, spread: Int) throws {
        let temporary = try TemporaryStore()
        let rows = (0..<3000).map { row in
            let members = "\"row\":\(row),\"list\":[{},{\"a\":\"" + String(repeating: "{}", count: 100) + "\"}]"
            return row % 1000 < spread ? "{\n\(members)\n}" : "{\(members)}"
        }
        let text = rows.joined(separator: separator)
        try temporary.add(Array((separator.hasPrefix(",") ? "[\(text)]" : text).utf8))
        let dataset = try temporary.open()
        #expect(dataset.rowCount == rows.count)
        var random = SeededGenerator(9)
        let wanted = (0..<500).map { _ in random.below(rows.count) } + [0, rows.count - 1]
        var found: [String] = []
        try dataset.forEachRow(at: wanted) { found.append(String(decoding: $1, as: UTF8.self)) }
        #expect(found == wanted.map { rows[$0] })
    }

    @Test func manyThreadsReadTheSame() throws {
        let dataset = dataset
        let sums = Mutex([0, 0, 0, 0])
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            for row in stride(from: thread, to: 6000, by: 4) {
                let value = (try? dataset.row(at: row))?["row"]?.intValue ?? -1
                sums.withLock { $0[thread] += value == row ? 1 : 0 }
            }
        }
        #expect(sums.withLock { $0 } == [1500, 1500, 1500, 1500])
    }

    /// At first every thread comes upon shards that another is just opening, leaves them for later, and misses no row.
    @Test(arguments: 1...40)
    func threadsThatOpenTheSameShardsReadAllTheirRows(seed: UInt64) throws {
        let dataset = try temporary.open()
        let found = Mutex<[Int: [Int?]]>([:])
        let wanted = (0..<4).map { thread in
            var random = SeededGenerator(10 * seed + UInt64(thread))
            return (0..<300).map { _ in random.below(lines.count) }
        }
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            let rows = (try? dataset.rows(at: wanted[thread])) ?? []
            found.withLock { $0[thread] = rows.map { $0["row"]?.intValue } }
        }
        for thread in 0..<4 { #expect(found.withLock { $0[thread] } == wanted[thread]) }
    }

    /// Rows in many small shards, and what a manifest says of them.
    private func smallShards(
        in store: Store, _ change: (inout [DatasetManifest.Shard]) -> Void = { _ in }
    ) throws -> DatasetManifest {
        try store.write { writer in
            var shards = try ShardWriter(writer, limits: .init(minimum: 1 << 10, target: 4 << 10, maximum: 16 << 10))
            for line in lines.prefix(200) { try shards.add(leading: bytes("\n"), row: bytes(line)) }
            let sha1 = try shards.finish(trailing: [])
            var changed = shards.shards
            change(&changed)
            return DatasetManifest(
                source: .init(file: "rows", sha1: sha1, bytes: shards.byteCount), shards: changed, columns: [],
                attributes: [:], recipe: Recipe(operation: "add"))
        }
    }

    /// A process may not have as many files open as a dataset may have shards.
    @Test func onlySoManyFilesAreOpen() throws {
        let other = try TemporaryStore()
        let manifest = try smallShards(in: other.store)
        #expect(manifest.shards.count > 20)
        let reader = ShardedRowReader(
            manifest, id: try ObjectID.of(bytes("rows")), name: "rows", in: other.store, openLimit: 5)
        let objects = other.store.root.appending("objects").string
        var buffer: [UInt8] = []
        var random = SeededGenerator(7)
        var openCount = 0
        for row in Array(0..<manifest.rows) + (0..<200).map({ _ in random.below(manifest.rows) }) {
            let count = try reader.read(row, into: &buffer)
            #expect(buffer[..<count].elementsEqual(lines[row].trimmingCharacters(in: .whitespaces).utf8))
            let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter {
                let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
                return path?.hasPrefix(objects) == true
            }
            #expect((1...5).contains(open.count), "row \(row)")
            openCount = open.count
        }
        #expect(openCount > 1, "files are not closed before others need their place")
    }

    /// A manifest that is wrong about its shards is refused, and no row is taken for another.
    @Test func aShardOfAnotherNumberOfRowsIsRefused() throws {
        let other = try TemporaryStore()
        let manifest = try smallShards(in: other.store) { shards in
            shards[0] = .init(object: shards[0].object, firstRow: 0, rows: shards[0].rows + 1)
        }
        let id = try ObjectID.of(bytes("rows"))
        let reader = ShardedRowReader(manifest, id: id, name: "rows", in: other.store)
        let rows = manifest.shards[0].rows
        let problem = "says that shard 0 has \(rows) rows; it has \(rows - 1)"
        var buffer: [UInt8] = []
        #expect(throws: ContentStoreError.malformedManifest(id: id, problem: problem)) {
            try reader.read(0, into: &buffer)
        }
    }

    /// Beyond its limit of memory a table of places is in a file, and is the same.
    @Test(arguments: [0, 500, 1 << 20])
    func placesAreTheSameInMemoryAndInAFile(memoryLimit: Int) throws {
        let places = RowPlaces(memoryLimit: memoryLimit)
        var random = SeededGenerator(4)
        let tables = (0..<5).map { _ in (0..<301).map { _ in UInt32(random.below(1 << 30)) }.sorted() }
        let kept = try tables.map { try places.keep($0) }
        for (starts, table) in zip(tables, kept) {
            for row in 0..<300 {
                #expect(try places.range(ofRow: row, in: table) == Int(starts[row])..<Int(starts[row + 1]))
            }
            let rows = (0..<50).map { _ in random.below(300) }
            var ranges = [0..<1]
            try places.find(rows, in: table, into: &ranges)
            #expect(ranges == rows.map { Int(starts[$0])..<Int(starts[$0 + 1]) })
        }
    }

    /// The stream stops, with the shard and the rows that are lost named, and never passes a flipped byte on.
    @Test func aFlippedByteIsNamedWithItsRows() throws {
        let number = dataset.manifest.shards.count / 2
        let shard = dataset.manifest.shards[number]
        let path = temporary.store.objects.path(of: shard.object.id)
        var random = SeededGenerator(6)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path.string))
        for _ in 0..<5 {
            var flipped = whole
            flipped[random.below(whole.count)] ^= 1 << UInt8(random.below(8))
            try FileManager.default.removeItem(atPath: path.string)
            try flipped.write(to: URL(fileURLWithPath: path.string))
            let dataset = try temporary.open()
            #expect(try dataset.rows(at: [0]).count == 1)
            let rows = shard.firstRow..<shard.firstRow + shard.rows
            let expected = DatasetRegistryError.damagedShard(
                dataset: "rows", shard: number, rows: rows, .damagedObject(id: shard.object.id, path: path))
            #expect(throws: expected) { try dataset.rows(at: [shard.firstRow + shard.rows - 1]) }
            #expect("\(expected)".contains("shard \(number), rows \(rows.lowerBound) to \(rows.upperBound - 1)"))
        }
    }

    @Test func aShardThatIsGoneIsNamed() throws {
        let shard = dataset.manifest.shards[1]
        try FileManager.default.removeItem(atPath: temporary.store.objects.path(of: shard.object.id).string)
        let dataset = try temporary.open()
        #expect(throws: DatasetRegistryError.self) { try dataset.rows(at: [shard.firstRow]) }
        #expect(try dataset.rows(at: [0]).count == 1)
    }
}
