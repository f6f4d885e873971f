import Testing

@testable import ContentStore

@Suite struct ReferenceTests {
    private static let first = "a9993e364706816aba3e25717850c26c9cd0d89d"
    private static let second = "da39a3ee5e6b4b0d3255bfef95601890afd80709"

    private func reference(_ text: String) throws -> Reference? {
        Reference(kind: .dataset, name: try ReferenceName("identity"), text: text)
    }

    @Test func theCurrentVersionStandsFirstInTheFile() throws {
        let text = "\(Self.second) 1700000001\n\(Self.first) 1700000000\n"
        let reference = try #require(try reference(text))
        #expect(reference.versions.map(\.number) == [1, 2])
        #expect(reference.versions.map(\.manifest.hex) == [Self.first, Self.second])
        #expect(reference.versions.map(\.time) == [1_700_000_000, 1_700_000_001])
        #expect(reference.current == reference.versions[1])
        #expect(try reference.version(1) == reference.versions[0])
        #expect(reference.text == text)
    }

    @Test(arguments: [0, 3, -1])
    func aVersionThatIsNotThereIsNamed(number: Int) throws {
        let reference = try #require(try reference("\(Self.first) 1\n\(Self.second) 2\n"))
        #expect(
            throws: ContentStoreError.unknownVersion(kind: .dataset, name: "identity", version: number, count: 2)
        ) { try reference.version(number) }
    }

    @Test(arguments: [
        "", "\n", first, "\(first)\n", "\(first) 1", "\(first) \n", "\(first) x\n", "\(first)  1\n", "\(first) 1 \n",
        " \(first) 1\n", "\(first) 1\n\n", "\n\(first) 1\n", "\(first) 1\r\n", "\(first) 1.5\n", "\(first) +1\n",
        "\(first.dropLast()) 1\n", "\(first.uppercased()) 1\n", "\(first) 1\n\(second)\n", "\(first) 1\n\0",
        "\(first) 99999999999999999999\n", "\(first) 1\n\(second) 2", "\(first)\t1\n",
    ])
    func whatItDoesNotWriteItDoesNotRead(text: String) throws {
        #expect(try reference(text) == nil)
    }

    @Test func randomVersionsSurviveTheFile() throws {
        var generator = SeededGenerator(5)
        for _ in 0..<100 {
            let versions = try (1...1 + generator.below(20)).map {
                Reference.Version(
                    number: $0, manifest: try ObjectID.of(generator.bytes(4)), time: generator.below(1 << 40))
            }
            let reference = Reference(kind: .run, name: try ReferenceName("r"), versions: versions)
            #expect(Reference(kind: .run, name: reference.name, text: reference.text) == reference)
        }
    }
}
