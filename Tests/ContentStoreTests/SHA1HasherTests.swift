import Testing

@testable import ContentStore

/// Each engine that this machine has is compared with libcrypto's SHA-1, which others have proved.
@Suite struct SHA1HasherTests {
    private static let engines = SHA1Hasher.Engine.allCases.filter(\.isAvailable)

    private func libcrypto(_ content: ArraySlice<UInt8>) throws -> ObjectID {
        let hasher = try SHA1Hasher(by: .libcrypto)
        hasher.update(content)
        return hasher.finish()
    }

    private func update(
        _ first: SHA1Hasher, _ bytes: ArraySlice<UInt8>, _ second: SHA1Hasher, _ other: ArraySlice<UInt8>
    ) {
        bytes.withUnsafeBytes { bytes in other.withUnsafeBytes { SHA1Hasher.update(first, bytes, second, $0) } }
    }

    /// The examples of FIPS 180-4 (its message of a million letters among them), and nothing.
    @Test(arguments: engines)
    func theStandardsExamplesHold(engine: SHA1Hasher.Engine) throws {
        for (text, repeats, hex) in [
            ("", 1, "da39a3ee5e6b4b0d3255bfef95601890afd80709"), ("abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
            ),
            (
                "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
                1, "a49b2446a02c645bf419f995b67091253a04a259"
            ),
            ("a", 1_000_000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
        ] {
            let hasher = try SHA1Hasher(by: engine)
            hasher.update([UInt8](String(repeating: text, count: repeats).utf8))
            #expect(hasher.finish().hex == hex)
        }
    }

    @Test(arguments: engines)
    func everyShortLengthHashesAsByLibcrypto(engine: SHA1Hasher.Engine) throws {
        var generator = SeededGenerator(1)
        let content = generator.bytes(400)
        for count in 0...200 {
            let hasher = try SHA1Hasher(by: engine)
            hasher.update(content[..<count])
            #expect(hasher.finish() == (try libcrypto(content[..<count])), "\(count) bytes")
        }
    }

    @Test(arguments: engines, engines)
    func everyPairOfShortLengthsHashesAsAlone(first: SHA1Hasher.Engine, second: SHA1Hasher.Engine) throws {
        var generator = SeededGenerator(2)
        let content = generator.bytes(400)
        let alone = try (0...200).map { try (libcrypto(content[..<$0]), libcrypto(content[200..<200 + $0])) }
        for left in 0...200 {
            for right in 0...200 {
                let (one, two) = (try SHA1Hasher(by: first), try SHA1Hasher(by: second))
                update(one, content[..<left], two, content[200..<200 + right])
                guard one.finish() == alone[left].0, two.finish() == alone[right].1 else {
                    Issue.record("\(left) and \(right) bytes")
                    return
                }
            }
        }
    }

    @Test(arguments: 1...60)
    func streamsOfAnyPiecesHashAsAlone(seed: UInt64) throws {
        var generator = SeededGenerator(seed)
        for (first, second) in Self.engines.flatMap({ left in Self.engines.map { (left, $0) } }) {
            let longest = [70, 700, 70_000][generator.below(3)]
            let (left, right) = (
                generator.bytes(generator.below(longest)), generator.bytes(generator.below(longest))
            )
            let (one, two) = (try SHA1Hasher(by: first), try SHA1Hasher(by: second))
            var (leftDone, rightDone) = (0, 0)
            while leftDone < left.count || rightDone < right.count {
                let leftEnd = min(left.count, leftDone + generator.below(longest / 3))
                let rightEnd = min(right.count, rightDone + generator.below(longest / 3))
                switch generator.below(4) {
                case 0:
                    one.update(left[leftDone..<leftEnd])
                    two.update(right[rightDone..<rightEnd])
                default: update(one, left[leftDone..<leftEnd], two, right[rightDone..<rightEnd])
                }
                (leftDone, rightDone) = (leftEnd, rightEnd)
            }
            #expect(one.finish() == (try libcrypto(left[...])), "seed \(seed), \(left.count) bytes")
            #expect(two.finish() == (try libcrypto(right[...])), "seed \(seed), \(right.count) bytes")
        }
    }

    /// One of them is some bytes ahead, so that the same bytes stand elsewhere in its blocks.
    @Test(arguments: engines)
    func twoHashersTakeTheSameBytes(engine: SHA1Hasher.Engine) throws {
        var generator = SeededGenerator(3)
        let content = generator.bytes(1000)
        for ahead in 0...130 {
            let (one, two) = (try SHA1Hasher(by: engine), try SHA1Hasher(by: engine))
            one.update(content[..<ahead])
            one.update(content, with: two)
            two.update(content, with: one)
            #expect(one.finish() == (try libcrypto((content[..<ahead] + content + content)[...])), "\(ahead) ahead")
            #expect(two.finish() == (try libcrypto((content + content)[...])), "\(ahead) ahead")
        }
    }

    @Test(arguments: engines)
    func aCopyGoesOnByItself(engine: SHA1Hasher.Engine) throws {
        var generator = SeededGenerator(4)
        let content = generator.bytes(500)
        for count in 0...200 {
            let hasher = try SHA1Hasher(by: engine)
            hasher.update(content[..<count])
            let copy = try hasher.copy()
            hasher.update(content[count..<300])
            copy.update(content[400...])
            #expect(hasher.finish() == (try libcrypto(content[..<300])), "\(count) bytes before")
            #expect(
                copy.finish() == (try libcrypto((content[..<count] + content[400...])[...])), "\(count) bytes before")
        }
    }

    /// The length in bits, which the last block ends with, has more than 32 of them here.
    @Test func longStreamsKeepTheirLength() throws {
        var generator = SeededGenerator(5)
        let piece = generator.bytes(1 << 20)
        let hashers = try Self.engines.map { try SHA1Hasher(by: $0) }
        for hasher in hashers {
            for _ in 0..<513 { hasher.update(piece) }
        }
        #expect(Set(hashers.map { $0.finish() }).count == 1)
    }
}
