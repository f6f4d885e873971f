import Testing

@testable import ContentStore
@testable import DatasetRegistry

@Suite struct ShardWriterTests {
    private static let small = ShardCutter.Limits(minimum: 1 << 10, target: 4 << 10, maximum: 16 << 10)

    /// The hash of the whole is taken shard by shard, and is that of the whole all the same: also in the middle, and
    /// where the store has some of the shards already.
    @Test(arguments: 1...20)
    func theHashOfTheShardsJoinedIsTheFiles(seed: UInt64) throws {
        let temporary = try TemporaryStore()
        var generator = SeededGenerator(seed)
        let rows = (0..<300).map { _ in
            bytes("{\"a\":\"\(generator.next())\(generator.text(generator.below(300)))\"}\n")
        }
        for _ in 0..<2 {
            try temporary.store.write { writer in
                var shards = try ShardWriter(writer, limits: Self.small)
                var file: [UInt8] = []
                var asked: [(hasher: SHA1Hasher, expected: [UInt8])] = []
                var rest = rows[...]
                while let row = rest.first {
                    if generator.below(2) == 0 {
                        try shards.add(leading: [0x20], row: row)
                        file += [0x20] + rest.removeFirst()
                    } else {
                        let together = rest.prefix(1 + generator.below(60))
                        rest = rest.dropFirst(together.count)
                        var (run, ranges): ([UInt8], [Range<Int>]) = ([], [])
                        for row in together {
                            ranges.append(run.count + 1..<run.count + 1 + row.count)
                            run += [0x20] + row
                        }
                        try shards.add(run[...], rows: ranges)
                        file += run
                    }
                    if generator.below(5) == 0 { asked.append((try shards.hasher(), file)) }
                }
                #expect(try shards.finish(trailing: bytes("end")) == ObjectID.of(file + bytes("end")))
                #expect(shards.byteCount == file.count + 3)
                #expect(shards.shards.count > 3)
                for (hasher, expected) in asked { #expect(try hasher.finish() == ObjectID.of(expected)) }
            }
        }
    }

    /// So that hardly a row ends a shard of itself, and nearly all have the maximum.
    private static let full = ShardCutter.Limits(minimum: 1 << 10, target: 1 << 30, maximum: 16 << 10)
    /// Which are written while they arrive.
    private static let large = ShardCutter.Limits(minimum: 200 << 10, target: 400 << 10, maximum: 1 << 20)

    private typealias Piece = (leading: [UInt8], row: [UInt8])

    private func pieces(_ count: Int, bytes mean: Int, _ generator: inout SeededGenerator) -> [Piece] {
        (0..<count).map { index in
            (
                bytes(index == 0 ? "[" : ",\n"),
                (0...generator.below(2 * mean)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            )
        }
    }

    private func write(
        _ pieces: [Piece], trailing: String, to store: Store, limits: ShardCutter.Limits, sharing: PieceFinder? = nil
    ) throws -> [DatasetManifest.Shard] {
        try store.write { writer in
            var shards = try ShardWriter(writer, sharing: sharing, limits: limits)
            for piece in pieces { try shards.add(leading: piece.leading, row: piece.row) }
            let joined = try shards.finish(trailing: bytes(trailing))
            let file = pieces.flatMap { $0.leading + $0.row } + bytes(pieces.isEmpty ? "" : trailing)
            #expect(try joined == ObjectID.of(file))
            #expect(shards.byteCount == file.count)
            return shards.shards
        }
    }

    @Test(arguments: 1...30)
    func theShardsJoinedAreTheFile(seed: UInt64) throws {
        let temporary = try TemporaryStore()
        var generator = SeededGenerator(seed)
        let limits = [Self.small, Self.full, Self.large][Int(seed % 3)]
        let mean = [1, 30, 300, 3000, 40_000][generator.below(5)]
        let pieces = pieces(generator.below(mean > 3000 ? 60 : 400), bytes: mean, &generator)
        let trailing = ["", "\n]", "]\n\n"][generator.below(3)]
        let shards = try write(pieces, trailing: trailing, to: temporary.store, limits: limits)
        let stored = try shards.flatMap { try temporary.store.objects.read($0.object) }
        #expect(stored == pieces.flatMap { $0.leading + $0.row } + bytes(pieces.isEmpty ? "" : trailing))
        #expect(shards.reduce(0) { $0 + $1.rows } == pieces.count)
        #expect(shards.allSatisfy { $0.rows > 0 })
        var first = 0
        for shard in shards {
            #expect(shard.firstRow == first)
            first += shard.rows
        }
        #expect(try FileSystem.list(temporary.store.temporaryFolder).isEmpty)
    }

    @Test(arguments: 1...40)
    func rowsTogetherAreCutAsOneByOne(seed: UInt64) throws {
        let temporary = try TemporaryStore()
        var generator = SeededGenerator(seed)
        let limits = [Self.small, Self.full, Self.large][Int(seed % 3)]
        let mean = [30, 300, 3000][generator.below(3)]
        let pieces = pieces(generator.below(600), bytes: mean, &generator)
        let oneByOne = try write(pieces, trailing: "]", to: temporary.store, limits: limits)
        let together = try TemporaryStore()
        try together.store.write { writer in
            var shards = try ShardWriter(writer, limits: limits)
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
                try shards.add((buffer + bytes("after"))[6..<buffer.count], rows: ranges)
                next += count
            }
            _ = try shards.finish(trailing: bytes("]"))
            #expect(shards.shards == oneByOne)
        }
    }

    @Test func whatStandsAfterTheLastRowIsInTheLastShard() throws {
        let temporary = try TemporaryStore()
        var generator = SeededGenerator(4)
        // Also where the last row itself has ended a shard.
        for count in 1...60 {
            let pieces = pieces(count, bytes: 500, &generator)
            let without = try write(pieces, trailing: "", to: temporary.store, limits: Self.small)
            let with = try write(pieces, trailing: "\n]\n", to: temporary.store, limits: Self.small)
            #expect(with.count == without.count)
            let last = try #require(with.last).object
            let before = try #require(without.last).object
            #expect(
                try temporary.store.objects.read(last) == temporary.store.objects.read(before) + bytes("\n]\n"))
            #expect(with.dropLast() == without.dropLast())
        }
    }

    @Test func noRowsAreNoShards() throws {
        let temporary = try TemporaryStore()
        #expect(try write([], trailing: "", to: temporary.store, limits: Self.small).isEmpty)
        #expect(try temporary.store.objects.list().ids.isEmpty)
    }

    /// Where rows end, the store is told shard by shard: so it finds those that it has.
    @Test func rowsThatAreThereAreNotKeptTwice() throws {
        let temporary = try TemporaryStore()
        let store = temporary.store
        var generator = SeededGenerator(9)
        var pieces = (0..<3000).map { _ -> Piece in
            (bytes("\n"), (0..<800).map { _ in UInt8(0x20 + generator.below(95)) })
        }
        let parents = try write(pieces, trailing: "", to: store, limits: Self.large).map(\.object)
        let whole = try store.objects.list().ids.count
        for index in stride(from: 50, to: pieces.count, by: 100) { pieces[index].row += bytes("changed") }
        let finder = PieceFinder(in: store, among: parents) { object in
            object.indices.dropFirst().filter { object[$0] == 0x0A } + [object.count]
        }
        let shards = try write(pieces, trailing: "", to: store, limits: Self.large, sharing: finder)
        #expect(whole == parents.count && whole > 3)
        // A row in a hundred is new, and none of a hundred others is kept again.
        let inParts = try store.objects.list().inParts
        #expect(inParts.count == shards.count)
        let kept = try inParts.reduce(0) { try $0 + FileSystem.size(store.objects.partsPath(of: $1)) }
        #expect(kept < 3000 / 100 * 1000)
        #expect(try shards.flatMap { try store.objects.read($0.object) } == pieces.flatMap { $0.leading + $0.row })
    }
}
