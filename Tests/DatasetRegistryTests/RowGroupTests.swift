import DatasetFormats
import Foundation
import Testing

@testable import ContentStore
@testable import DatasetRegistry

/// Groups of batches, and the memory that they have in turn.
@Suite struct RowGroupTests {
    private let temporary: TemporaryStore
    private let shards: JoinedShards

    init() throws {
        temporary = try TemporaryStore()
        let lines = (0..<500).map { "{\"row\":\($0),\"text\":\"\(String(repeating: "x", count: $0 % 97))\"}" }
        try temporary.add(bytes(lines.joined(separator: "\n")))
        shards = JoinedShards([try temporary.open()])
    }

    private func group(_ batches: [[Int]], in space: RowSpace) -> [RowGroup.Member] {
        let group = RowGroup(shards, batchCount: batches.count, in: space) { number in
            batches[number].map { RowAddress(dataset: 0, row: $0) }
        }
        return batches.indices.map { RowGroup.Member(group, number: $0) }
    }

    /// The rows by their places; nil where none was lent.
    private func rows(_ member: RowGroup.Member) throws -> [Int]? {
        var found: [Int: Int] = [:]
        let lentCount = try member.lend { place, address, row in
            var text: [UInt8] = []
            text.append(copying: row)
            let value = try JSONParser.parseRow(text[...], index: 0, source: "t")["row"]?.intValue ?? -1
            #expect(value == address.row && found[place] == nil)
            found[place] = value
        }
        #expect(lentCount == nil ? found.isEmpty : lentCount == found.count)
        return lentCount == nil ? nil : found.sorted { $0.key < $1.key }.map(\.value)
    }

    @Test func aGroupHasTheMemoryUntilItsLastBatchIsReadOrGivenUp() throws {
        let space = RowSpace(byteCount: 1 << 20)
        var first = group([[3, 1, 3], [499], []], in: space)
        let second = group([[7], [8, 7]], in: space)
        #expect(try rows(first[0]) == [3, 1, 3])
        #expect(try rows(second[0]) == nil)
        #expect(try rows(first[0]) == nil, "rows are lent once")
        #expect(try rows(first[1]) == [499])
        #expect(try rows(second[0]) == nil)
        first = []
        #expect(try rows(second[1]) == [8, 7])
        let memory = try #require(space.take())
        let isEmpty = if memory.room(for: 1 << 20) == nil { false } else { true }
        #expect(isEmpty, "all of it is room for the next group")
    }

    /// Rows that there was no room for are read when they are wanted.
    @Test(arguments: [1, 40, 900, 5000, 1 << 20])
    func whatFindsNoRoomIsReadAllTheSame(byteCount: Int) throws {
        var random = SeededGenerator(UInt64(byteCount))
        let batches = (0..<20).map { _ in (0..<30).map { _ in random.below(500) } }
        let space = RowSpace(byteCount: byteCount)
        for _ in 0..<3 {
            let members = group(batches, in: space)
            #expect(try members.map { try rows($0) } == batches)
        }
    }

    @Test func anErrorOfTheReaderIsItsOwn() throws {
        struct Refusal: Error {}
        let space = RowSpace(byteCount: 1 << 20)
        let members = group([[1], [2]], in: space)
        #expect(throws: Refusal.self) { try members[0].lend { _, _, _ in throw Refusal() } }
        #expect(try rows(members[1]) == [2])
        #expect(space.take() != nil, "a batch whose reader failed has been read")
    }

    /// However near rows must be, they are the same.
    @Test(arguments: [0, 1, 10, 100, 1 << 20])
    func rowsAreCopiedInSpans(nearness: Int) throws {
        let dataset = shards.datasets[0]
        var random = SeededGenerator(UInt64(nearness))
        for _ in 0..<50 {
            let wanted = (0..<1 + random.below(60)).map { _ in random.below(500) }.sorted()
            let space = try #require(SharedBytes(byteCount: 1 << 20))
            let ranges = try dataset.copy(wanted, ofShard: 0, nearness: nearness, into: space)
            #expect(ranges.count == wanted.count)
            for (row, range) in zip(wanted, ranges) {
                var text: [UInt8] = []
                space.withBytes(in: range) { text.append(copying: $0) }
                #expect(text == (try dataset.rawRow(at: row)))
            }
        }
    }
}
