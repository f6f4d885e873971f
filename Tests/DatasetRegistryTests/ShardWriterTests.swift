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
}
