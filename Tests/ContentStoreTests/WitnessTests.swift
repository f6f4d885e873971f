import CXXHash
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

    /// Every kind of vectors that this machine has.
    private static let vectors = [CXXHASH_BASELINE, CXXHASH_AVX2, CXXHASH_AVX512].filter { cxxhash_runs($0) }

    private func hash(_ content: [UInt8], by vectors: CXXHashVectors) -> Witness {
        Witness(bytes: content.count, hash: cxxhash_128_by(vectors, content, content.count))
    }

    /// What libxxhash 0.8.1 computes of bytes that are 167 i + 13 (i / 256).
    @Test(
        arguments: [
            (16, "58bef3e094ad742562e9dbe370805b66", 0x34E9_BEAD_A999_2231),
            (240, "7f9dc0c69e5d78ad6ca2539364b765e5", 0xE77E_31C4_1B3A_AB1E),
            (241, "30fafd9e3931dbd19dc4f9091538415e", 0x9DC4_F909_1538_415E),
            (1024, "d913939424357cffec9414ad633b47fc", 0xEC94_14AD_633B_47FC),
            (1025, "d9a5e36cb9775afc8300b34ab5e9c31a", 0x8300_B34A_B5E9_C31A),
            (100_003, "778df8fc08252fe6a9a1bc0f58b58a60", 0xA9A1_BC0F_58B5_8A60),
        ] as [(Int, String, UInt64)])
    func everyKindOfVectorsHashesAsXXH3(count: Int, hex: String, short: UInt64) {
        let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 167 + $0 / 256 * 13) }
        #expect(Witness(of: content).xxh3 == hex)
        #expect(contentHash(content) == short)
        for vectors in Self.vectors {
            #expect(hash(content, by: vectors).xxh3 == hex, "vectors \(vectors.rawValue)")
            #expect(cxxhash_64_by(vectors, content, count) == short, "vectors \(vectors.rawValue)")
        }
    }

    @Test func allVectorsGiveTheSameOfAnyBytes() throws {
        var generator = SeededGenerator(11)
        for count in Array(0...600) + (0..<40).map({ _ in generator.below(20_000) }) {
            let content = generator.bytes(count)
            let expected = hash(content, by: CXXHASH_BASELINE)
            let short = cxxhash_64_by(CXXHASH_BASELINE, content, count)
            for vectors in Self.vectors {
                #expect(hash(content, by: vectors) == expected, "\(count) bytes, vectors \(vectors.rawValue)")
                #expect(cxxhash_64_by(vectors, content, count) == short, "\(count) bytes, vectors \(vectors.rawValue)")
                let state = try #require(cxxhash_create_by(vectors))
                defer { cxxhash_free(state) }
                var start = 0
                while start < count {
                    let end = min(count, start + generator.below(max(2, count / 2)))
                    content[start..<end].withUnsafeBytes { cxxhash_update(state, $0.baseAddress, $0.count) }
                    start = end
                }
                #expect(Witness(bytes: count, hash: cxxhash_finish(state)) == expected, "\(count) bytes in pieces")
            }
        }
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
