import Testing

@testable import ContentStore

@Suite struct ContentHasherTests {
    @Test(arguments: [0, 1, 16, 17, 240, 241, 1023, 4096, 100_003])
    func piecesHashAsTheWhole(count: Int) throws {
        var generator = SeededGenerator(UInt64(count))
        let content = generator.bytes(count)
        let expected = try object(content)
        for _ in 0..<20 {
            let hasher = try ContentHasher()
            let sha1 = try SHA1Hasher()
            var start = 0
            while start < count {
                // Now and then a piece is empty.
                let end = min(count, start + generator.below(max(2, count / 3)))
                content[start..<end].withUnsafeBytes { hasher.update($0) }
                sha1.update(Array(content[start..<end]))
                start = end
            }
            #expect(hasher.finish() == expected)
            #expect(sha1.finish() == expected.id)
        }
    }
}
