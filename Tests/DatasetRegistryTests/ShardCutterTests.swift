import Testing

@testable import DatasetRegistry

@Suite struct ShardCutterTests {
    private typealias Piece = (leading: [UInt8], row: [UInt8])

    private struct Shard: Hashable {
        var bytes: [UInt8] = []
        var rows = 0
    }

    private func cut(
        _ pieces: [Piece], trailing: [UInt8] = [], limits: ShardCutter.Limits = .init()
    ) -> [Shard] {
        var cutter = ShardCutter(limits: limits)
        var shards: [Shard] = []
        for piece in pieces {
            // A row stands somewhere in a buffer.
            let run = piece.leading + piece.row + bytes("after")
            let row = run[piece.leading.count..<piece.leading.count + piece.row.count]
            if cutter.beginsShard(row, leadingCount: piece.leading.count) { shards.append(Shard()) }
            shards[shards.count - 1].bytes += piece.leading + piece.row
            shards[shards.count - 1].rows += 1
            #expect(cutter.byteCount == shards[shards.count - 1].bytes.count)
        }
        if !shards.isEmpty { shards[shards.count - 1].bytes += trailing }
        return shards
    }

    private func rows(_ count: Int, bytes mean: Int, _ generator: inout SeededGenerator) -> [Piece] {
        (0..<count).map { index in
            let size = 1 + generator.below(2 * mean)
            let row = (0..<size).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            return (bytes(index == 0 ? "[" : ",\n"), row)
        }
    }

    private static let small = ShardCutter.Limits(minimum: 1 << 10, target: 4 << 10, maximum: 16 << 10)
    /// So that hardly a row ends a shard of itself, and nearly all have the maximum.
    private static let full = ShardCutter.Limits(minimum: 1 << 10, target: 1 << 30, maximum: 16 << 10)

    @Test(arguments: 1...10)
    func limitsHold(seed: UInt64) {
        var generator = SeededGenerator(seed)
        let pieces = rows(5000, bytes: 200, &generator)
        let shards = cut(pieces, limits: Self.small)
        for shard in shards.dropLast() { #expect(shard.bytes.count >= Self.small.minimum) }
        for shard in shards { #expect(shard.bytes.count <= Self.small.maximum) }
        // Around a million bytes in shards of 4 KiB each, more or less: the choice is the content's.
        let mean = shards.reduce(0) { $0 + $1.bytes.count } / shards.count
        #expect((Self.small.target / 2..<Self.small.target * 2).contains(mean), "\(mean)")
    }

    @Test func theMeanDoesNotDependOnTheLengthOfRows() {
        var generator = SeededGenerator(2)
        for length in [20, 200, 1000] {
            let shards = cut(rows(2_000_000 / length, bytes: length, &generator), limits: Self.small)
            let mean = shards.reduce(0) { $0 + $1.bytes.count } / shards.count
            #expect((Self.small.target * 4 / 5..<Self.small.target * 23 / 20).contains(mean), "\(length): \(mean)")
        }
    }

    @Test func aRowLongerThanTheMaximumIsAShardByItself() {
        let long = [UInt8](repeating: 7, count: Self.small.maximum + 1)
        let pieces: [Piece] = [([], bytes("{}")), (bytes(","), long), (bytes(","), bytes("{}")), (bytes(","), long)]
        let shards = cut(pieces, trailing: bytes("]"), limits: Self.small)
        #expect(shards.map(\.rows) == [1, 1, 1, 1])
        #expect(shards.map(\.bytes.count) == [2, long.count + 1, 3, long.count + 2])
        // Also where nothing stands before it.
        #expect(cut([([], long), ([], long)], limits: Self.small).map(\.rows) == [1, 1])
    }

    /// A shard may have the maximum, and no byte more.
    @Test(arguments: [(1, [2]), (0, [1, 1])])
    func aShardMayHaveTheMaximum(less: Int, rows: [Int]) {
        let second = [UInt8](repeating: 7, count: Self.full.maximum - less)
        #expect(cut([([], bytes("1")), ([], second)], limits: Self.full).map(\.rows) == rows)
    }

    /// A row of the target less the minimum ends whatever shard it may: one that has the minimum, and none below.
    @Test(arguments: [(4096, [1, 1]), (4095, [2])])
    func aShardMayEndAtTheMinimum(length: Int, rows: [Int]) {
        let row = [UInt8](repeating: 7, count: length)
        let limits = ShardCutter.Limits(minimum: 4096, target: 5120, maximum: 16 << 10)
        #expect(cut([([], row), ([], row)], limits: limits).map(\.rows) == rows)
    }

    /// What stands between rows has no say in where shards end.
    @Test func rowsAloneChooseWhereShardsEnd() {
        var generator = SeededGenerator(33)
        let limits = ShardCutter.Limits(minimum: 500, target: 10_000, maximum: 1 << 30)
        let rows = (0..<2000).map { _ in generator.text(600) }.map { bytes($0) }
        let counts = [" ", "\n"].map { between in
            cut(rows.map { (bytes(between), $0) }, limits: limits).map(\.rows)
        }
        #expect(counts[0].count > 50)
        #expect(counts[0] == counts[1])
    }

    /// More than twenty megabytes, cut at a sixteenth of the real limits.
    private static let sixteenth = ShardCutter.Limits(minimum: 64 << 10, target: 256 << 10, maximum: 1 << 20)

    @Test(arguments: ["change", "insert", "remove", "append", "insert first"])
    func oneRowChangesAFewShards(edit: String) {
        var generator = SeededGenerator(12)
        let before = rows(22_000, bytes: 1000, &generator)
        let shards = cut(before, limits: Self.sixteenth)
        #expect(shards.reduce(0) { $0 + $1.bytes.count } > 20_000_000)
        let known = Set(shards)
        for _ in 0..<3 {
            var after = before
            let place = 1 + generator.below(before.count - 1)
            let row: Piece = (bytes(",\n"), bytes("{\"new\":\(generator.below(1000))}"))
            switch edit {
            case "change": after[place].row[0] ^= 1
            case "insert": after.insert(row, at: place)
            case "remove": after.remove(at: place)
            case "append": after.append(row)
            default:
                after.insert((bytes("["), row.row), at: 0)
                after[1].leading = bytes(",\n")
            }
            let new = cut(after, limits: Self.sixteenth).filter { !known.contains($0) }
            #expect((1...3).contains(new.count), "\(edit) at \(place): \(new.count) new shards of \(shards.count)")
        }
    }

    @Test func theSameRowsAreTheSameShards() {
        var generator = SeededGenerator(21)
        let pieces = rows(3000, bytes: 100, &generator)
        #expect(cut(pieces, limits: Self.small) == cut(pieces, limits: Self.small))
    }
}
