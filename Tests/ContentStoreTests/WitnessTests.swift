import Testing

@testable import ContentStore

@Suite struct WitnessTests {
    /// XXH3-128 with seed 0, as xxh128sum prints it.
    @Test(arguments: [
        ("", "99aa06d3014798d86001c324468d497f"), ("abc", "06b05ab6733a618578af5f94892f3950"),
    ])
    func theHashIsXXH3(text: String, hex: String) {
        #expect(Witness(of: bytes(text)) == Witness(bytes: text.utf8.count, xxh3: hex))
    }

    @Test func everyBitCounts() {
        var generator = SeededGenerator(3)
        let content = generator.bytes(300)
        let witness = Witness(of: content)
        for bit in 0..<8 * content.count {
            var changed = content
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(Witness(of: changed) != witness)
        }
        #expect(Witness(of: content + [0]) != witness)
    }

    @Test func theShortHashIsTheSameEveryTime() {
        // XXH3-64 of nothing, by its specification: shards are cut by it, so that it may never change.
        #expect(contentHash([]) == 0x2D06_8005_38D3_94C2)
        #expect(contentHash(bytes("abc")[...]) == 0x78AF_5F94_892F_3950)
    }
}
