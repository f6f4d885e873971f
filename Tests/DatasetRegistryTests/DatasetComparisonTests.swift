import ContentStore
import DatasetFormats
import Testing

@testable import DatasetRegistry

@Suite struct DatasetComparisonTests {
    private let temporary: TemporaryStore

    init() throws { temporary = try TemporaryStore() }

    private func compare(_ old: String, _ new: String, key: String? = nil) throws -> DatasetDifference {
        try temporary.add(bytes(old), as: "old")
        try temporary.add(bytes(new), as: "new")
        return try DatasetComparison(try temporary.open("old"), try temporary.open("new"), key: key).run()
    }

    private static let rows = (0..<6).map { "{\"id\":\($0),\"text\":\"row \($0)\"}" }

    private static func file(_ rows: [String]) -> String { rows.map { $0 + "\n" }.joined() }

    @Test func whatSaysTheSameIsTheSame() throws {
        // Other order, other spelling, another layout.
        let new = "[\n" + Self.rows.reversed().joined(separator: ",\n") + "]"
        let difference = try compare(Self.file(Self.rows), new.replacing("\"text\":", with: " \"text\" : "))
        #expect(difference == DatasetDifference(sameCount: 6))
        let swapped = Self.rows.map { _ in "" }.indices.map { "{\"text\":\"row \($0)\",\"\\u0069d\":\($0)}" }
        #expect(try compare(Self.file(Self.rows), Self.file(swapped)).isEmpty)
    }

    @Test func aRowInTheSamePlaceChanged() throws {
        var rows = Self.rows
        rows[2] = "{\"id\":2,\"text\":\"changed\"}"
        rows.insert("{\"id\":9,\"text\":\"new\"}", at: 0)
        rows.remove(at: 6)
        let difference = try compare(Self.file(Self.rows), Self.file(rows))
        #expect(difference.changed == [.init(old: 2, new: 3)])
        #expect(difference.added == [0])
        #expect(difference.removed == [5])
        #expect(difference.sameCount == 4)
    }

    @Test func aKeyTellsWhichRowChanged() throws {
        var rows = Array(Self.rows.reversed())
        rows[0] = "{\"id\":5,\"text\":\"changed\"}"
        rows[3] = "{\"id\":77,\"text\":\"row 2\"}"
        let difference = try compare(Self.file(Self.rows), Self.file(rows), key: "id")
        #expect(difference.changed == [.init(old: 5, new: 0)])
        #expect(difference.added == [3])
        #expect(difference.removed == [2])
        #expect(throws: DatasetRegistryError.noKey(dataset: "old", row: 2, column: "nothing")) {
            _ = try DatasetComparison(try temporary.open("old"), try temporary.open("new"), key: "nothing").run()
        }
    }

    @Test func howOftenARowStandsThereCounts() throws {
        let once = "{\"a\":1}\n"
        let difference = try compare(once + once + once, once)
        #expect(difference == DatasetDifference(removed: [1, 2], sameCount: 1))
        #expect(try compare(once, once + once) == DatasetDifference(added: [1], sameCount: 1))
    }

    @Test func sharedShardsAreNotRead() throws {
        let old = largeFile(3, rows: 6000)
        var text = String(decoding: old, as: UTF8.self)
        let marker = try #require(text.range(of: "{\"row\": 5990,"))
        text.replaceSubrange(marker, with: "{\"row\": -1,")
        try temporary.add(old, as: "old")
        try temporary.add(Array(text.utf8), as: "new")
        let (a, b) = (try temporary.open("old"), try temporary.open("new"))
        try #require(a.manifest.shards.count > 1)
        #expect(a.manifest.shards[0].object == b.manifest.shards[0].object)
        // Were it read, that would fail.
        try temporary.damage(a.manifest.shards[0].object.id)
        #expect(
            try DatasetComparison(a, b).run()
                == DatasetDifference(changed: [.init(old: 5990, new: 5990)], sameCount: 5999))
    }

    /// Against a bag, over random edits.
    @Test(arguments: 1...20)
    func randomEditsAgreeWithABag(seed: UInt64) throws {
        var generator = SeededGenerator(seed)
        let old = (0..<generator.below(40) + 1).map { _ in "{\"v\":\(generator.below(12))}" }
        var new = old
        for _ in 0..<generator.below(10) {
            let row = "{\"v\":\(generator.below(14))}"
            switch generator.below(3) {
            case 0: new.insert(row, at: generator.below(new.count + 1))
            case 1: if new.count > 1 { new.remove(at: generator.below(new.count)) }
            default: new[generator.below(new.count)] = row
            }
        }
        let difference = try compare(Self.file(old), Self.file(new))
        func bag(_ rows: [String]) -> [String: Int] { Dictionary(rows.map { ($0, 1) }, uniquingKeysWith: +) }
        var result = bag(old)
        for row in difference.removed + difference.changed.map(\.old) { result[old[row], default: 0] -= 1 }
        for row in difference.added + difference.changed.map(\.new) { result[new[row], default: 0] += 1 }
        #expect(result.filter { $0.value != 0 } == bag(new))
        let shared = bag(old).reduce(0) { $0 + min($1.value, bag(new)[$1.key] ?? 0) }
        #expect(difference.sameCount == shared)
        #expect(difference.removed.count + difference.changed.count == old.count - shared)
        #expect(difference.added.count + difference.changed.count == new.count - shared)
    }
}
