import DatasetFormats
import Dispatch
import Foundation
import Synchronization
import Testing

@testable import ContentStore
@testable import DatasetRegistry

/// Batches read together hold the rows that each would have been read with alone.
@Suite struct RowReadAheadTests {
    private let temporary: TemporaryStore
    private let datasets: [StoredDataset]
    private let lines: [[String]]

    init() throws {
        temporary = try TemporaryStore()
        var random = SeededGenerator(21)
        let texts = (0..<97).map { _ in
            JSONWriter.string(.string(random.text(20 + random.below(300))), style: .compact)
        }
        lines = [24_000, 0, 40].map { count in
            (0..<count).map { row in
                row % 70 == 3
                    ? "{\n \"row\": \(row),\n \"text\": \(texts[row % 97]) }"
                    : "{\"row\":\(row),\"text\":\(texts[row % 97])}"
            }
        }
        for (index, rows) in lines.enumerated() where !rows.isEmpty {
            try temporary.add(bytes(rows.joined(separator: "\n") + "\n"), as: "rows\(index)")
        }
        let first = try temporary.open("rows0")
        let last = try temporary.open("rows2")
        datasets = [first, first, last]
        #expect(first.manifest.shards.count > 1)
    }

    /// Enough for a part of the rows.
    private static let byteLimit = 2 << 20

    private func line(_ address: RowAddress) -> String { lines[address.dataset == 2 ? 2 : 0][address.row] }

    private func randomBatches(count: Int, size: Int, seed: UInt64) -> [[RowAddress]] {
        var random = SeededGenerator(seed)
        return (0..<count).map { _ in
            (0..<random.below(2 * size)).map { _ in
                let dataset = random.below(3)
                return RowAddress(dataset: dataset, row: random.below(datasets[dataset].rowCount))
            }
        }
    }

    private func ahead(
        _ batches: [[RowAddress]], byteLimit: Int = Self.byteLimit, aloneCount: Int = 0
    ) -> RowReadAhead<[RowAddress]> {
        var rest = batches[...]
        return RowReadAhead(
            datasets, byteLimit: byteLimit, aloneCount: aloneCount, next: { rest.popFirst() }, rowCount: \.count,
            rows: { $0 })
    }

    private func next(_ ahead: inout RowReadAhead<[RowAddress]>) throws -> RowBatch<[RowAddress]> {
        let batch = ahead.nextBatch()
        return try #require(batch)
    }

    /// What the rows of a batch say that their numbers are.
    private func numbers(_ batch: RowBatch<[RowAddress]>) throws -> [Int?] {
        var none: [JSONObject]?
        return try batch.rows(insteadOf: &none).map { $0["row"]?.intValue }
    }

    /// With all the memory that it wants, with some of it, and with next to none.
    @Test(arguments: [100, byteLimit, 2 * byteLimit, 64 << 20], [0, 3])
    func batchesHoldTheRowsOfTheirOrder(byteLimit: Int, aloneCount: Int) throws {
        let batches = randomBatches(count: 150, size: 90, seed: UInt64(byteLimit))
        var ahead = ahead(batches, byteLimit: byteLimit, aloneCount: aloneCount)
        var spent: [JSONObject]?
        for (number, expected) in batches.enumerated() {
            let batch = try next(&ahead)
            #expect(batch.batch == expected)
            if number % 2 == 0 {
                let rows = try batch.rows(insteadOf: &spent)
                #expect(rows.map { $0["row"]?.intValue } == expected.map(\.row))
                spent = rows
            } else {
                var found: [String] = []
                try batch.forEachRow { place, address, row in
                    #expect(place == found.count && address == expected[place])
                    var text: [UInt8] = []
                    text.append(copying: row)
                    found.append(String(decoding: text, as: UTF8.self))
                }
                #expect(found == expected.map(line))
            }
        }
        for _ in 0..<2 {
            let batch = ahead.nextBatch()
            #expect(batch?.batch == nil)
        }
    }

    @Test(arguments: 1...4)
    func threadsReadThemSideBySide(seed: UInt64) throws {
        let batches = randomBatches(count: 400, size: 60, seed: seed)
        let source = Mutex((ahead: ahead(batches), next: 0))
        let right = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            while true {
                let taken = source.withLock { source in
                    source.next += 1
                    return source.ahead.nextBatch().map { (source.next - 1, $0) }
                }
                guard let (number, batch) = taken else { break }
                if (try? numbers(batch)) == batches[number].map(\.row) { right.add(1, ordering: .relaxed) }
            }
        }
        #expect(right.load(ordering: .relaxed) == batches.count)
    }

    /// Nothing is read for batches that nobody has asked for, and those that are held or given up hold nobody up.
    @Test func batchesMayBeReadInAnyOrderTwiceOrNever() throws {
        let batches = randomBatches(count: 300, size: 50, seed: 5)
        var ahead = ahead(batches)
        var held: [(Int, RowBatch<[RowAddress]>)] = []
        var random = SeededGenerator(6)
        func check(_ number: Int, _ batch: RowBatch<[RowAddress]>) throws {
            #expect(try numbers(batch) == batches[number].map(\.row), "batch \(number)")
        }
        for number in batches.indices {
            let batch = try next(&ahead)
            switch random.below(4) {
            case 0: held.append((number, batch))
            case 1: continue
            case 2:
                try check(number, batch)
                try check(number, batch)
            default: try check(number, batch)
            }
        }
        for (number, batch) in held.shuffled(using: &random) { try check(number, batch) }
    }

    /// A rank may have no part in any batch of a stream without an end.
    @Test func endlessBatchesWithoutRowsAreHandedOutToo() throws {
        var ahead = RowReadAhead(
            datasets, byteLimit: Self.byteLimit, aloneCount: 1, next: { [RowAddress]() }, rowCount: \.count,
            rows: { $0 })
        for _ in 0..<20_000 {
            let batch = try next(&ahead)
            #expect(try numbers(batch) == [])
        }
    }

    @Test func rowsFarFromEachOtherAreNotReadTogether() {
        let shards = JoinedShards(datasets)
        let all = 2 * 24_000 + 40
        let mean = shards.byteCount / all
        #expect(shards.rowsWorthReadingTogether(byteLimit: Self.byteLimit) == Self.byteLimit / (mean + 64))
        #expect(shards.rowsWorthReadingTogether(byteLimit: 1 << 30) == all)
        #expect(shards.rowsWorthReadingTogether(byteLimit: Self.byteLimit / 4) == nil)
        #expect(shards.rowsWorthReadingTogether(byteLimit: 10) == nil)
        #expect(JoinedShards([]).rowsWorthReadingTogether(byteLimit: 1 << 30) == nil)
    }

    @Test func aRowThatThereIsNotIsNamed() throws {
        let wrong = RowAddress(dataset: 2, row: 40)
        for aloneCount in [0, 9] {
            var ahead = ahead([[RowAddress(dataset: 0, row: 1)], [wrong]], aloneCount: aloneCount)
            let first = try next(&ahead)
            #expect(try numbers(first) == [1])
            let batch = try next(&ahead)
            #expect(throws: DatasetRegistryError.noSuchRow(dataset: "rows2", row: 40, count: 40)) {
                try numbers(batch)
            }
        }
    }

    /// A damaged shard stops the batches that want a row of it, and no other; it is named with its rows.
    @Test func aFlippedByteStopsTheBatchesThatWantItsShard() throws {
        let number = 1
        let shard = datasets[0].manifest.shards[number]
        let path = temporary.store.objects.path(of: shard.object.id)
        var content = try Data(contentsOf: URL(fileURLWithPath: path.string))
        content[content.count / 2] ^= 4
        try FileManager.default.removeItem(atPath: path.string)
        try content.write(to: URL(fileURLWithPath: path.string))
        let rows = shard.firstRow..<shard.firstRow + shard.rows
        let batches = randomBatches(count: 60, size: 2, seed: 9)
        // Opened anew, as a shard is checked once.
        let fresh = try temporary.open("rows0")
        var rest = batches[...]
        var ahead = RowReadAhead(
            [fresh, fresh, datasets[2]], aloneCount: 0, next: { rest.popFirst() }, rowCount: \.count, rows: { $0 })
        var outcomes = Set<Bool>()
        for batch in batches {
            let found = try next(&ahead)
            let isHurt = batch.contains { $0.dataset < 2 && rows.contains($0.row) }
            outcomes.insert(isHurt)
            if isHurt {
                let expected = DatasetRegistryError.damagedShard(
                    dataset: "rows0", shard: number, rows: rows, .damagedObject(id: shard.object.id, path: path))
                #expect(throws: expected) { try numbers(found) }
            } else {
                #expect(try numbers(found) == batch.map(\.row))
            }
        }
        #expect(outcomes == [true, false])
    }
}
