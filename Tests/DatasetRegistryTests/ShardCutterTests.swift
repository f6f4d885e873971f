import Testing

@testable import DatasetRegistry

@Suite struct ShardCutterTests {
    private typealias Piece = (leading: [UInt8], row: [UInt8])

    private func cut(
        _ pieces: [Piece], trailing: [UInt8] = [], limits: ShardCutter.Limits = .init()
    ) -> [ShardCutter.Shard] {
        var cutter = ShardCutter(limits: limits)
        var shards: [ShardCutter.Shard] = []
        for piece in pieces { shards += cutter.add(leading: piece.leading, row: piece.row) }
        return shards + cutter.finish(trailing: trailing)
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

    @Test(arguments: 1...30)
    func theShardsJoinedAreTheFile(seed: UInt64) {
        var generator = SeededGenerator(seed)
        let pieces = rows(generator.below(400), bytes: [1, 30, 300, 3000][generator.below(4)], &generator)
        let trailing = bytes(["", "\n]", "]\n\n"][generator.below(3)])
        let shards = cut(pieces, trailing: pieces.isEmpty ? [] : trailing, limits: Self.small)
        #expect(
            shards.flatMap(\.bytes) == pieces.flatMap { $0.leading + $0.row } + (pieces.isEmpty ? [] : trailing))
        #expect(shards.reduce(0) { $0 + $1.rows } == pieces.count)
        #expect(shards.allSatisfy { $0.rows > 0 })
        // Where its rows end, each shard says.
        var lengths = pieces.map { $0.leading.count + $0.row.count }[...]
        for shard in shards {
            var end = 0
            for found in shard.ends {
                end += lengths.popFirst() ?? 0
                #expect(found == end)
            }
        }
    }

    @Test(arguments: 1...40)
    func rowsTogetherAreCutAsOneByOne(seed: UInt64) {
        let limits = seed % 2 == 0 ? Self.small : Self.full
        var generator = SeededGenerator(seed)
        let pieces = rows(generator.below(600), bytes: [30, 300, 3000][generator.below(3)], &generator)
        let oneByOne = cut(pieces, trailing: bytes("]"), limits: limits)
        var cutter = ShardCutter(limits: limits)
        var shards: [ShardCutter.Shard] = []
        var next = 0
        while next < pieces.count {
            let count = min(pieces.count - next, 1 + generator.below([2, 20, 200][generator.below(3)]))
            // The run stands somewhere in a buffer.
            var buffer = bytes("before")
            var ranges: [Range<Int>] = []
            for piece in pieces[next..<next + count] {
                buffer += piece.leading
                ranges.append(buffer.count..<buffer.count + piece.row.count)
                buffer += piece.row
            }
            shards += cutter.add((buffer + bytes("after"))[6..<buffer.count], rows: ranges)
            next += count
            let seen = pieces[..<next].flatMap { $0.leading + $0.row }
            #expect(shards.flatMap(\.bytes) + cutter.pending.joined() == seen)
        }
        shards += cutter.finish(trailing: bytes("]"))
        #expect(shards == oneByOne)
    }

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

    @Test func whatStandsAfterTheLastRowIsInTheLastShard() {
        var generator = SeededGenerator(4)
        // Also where the last row itself has ended a shard.
        for count in 1...60 {
            let pieces = rows(count, bytes: 500, &generator)
            let without = cut(pieces, limits: Self.small)
            let with = cut(pieces, trailing: bytes("\n]\n"), limits: Self.small)
            #expect(with.count == without.count)
            #expect(with.last?.bytes == (without.last?.bytes ?? []) + bytes("\n]\n"))
            #expect(with.dropLast() == without.dropLast())
        }
    }

    @Test func noRowsAreNoShards() {
        #expect(cut([], trailing: []) == [])
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
