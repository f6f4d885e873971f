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
    }

    /// A reference as the second format has it. It must be readable for ever.
    private static let secondFormat =
        "ds reference 2 4e5b38597b31eb46\n\(second) 1700000001 tag:a tag:身份\n\(first) 1700000000 dropped\n"

    private func marked() throws -> Reference {
        var old = Reference.Version(number: 1, manifest: try #require(ObjectID(hex: Self.first)), time: 1_700_000_000)
        old.isDropped = true
        var new = Reference.Version(number: 2, manifest: try #require(ObjectID(hex: Self.second)), time: 1_700_000_001)
        new.tags = [try VersionTag("a"), try VersionTag("身份")]
        return try #require(Reference(kind: .dataset, name: try ReferenceName("identity"), versions: [old, new]))
    }

    @Test func theSecondFormatStaysAsItIs() throws {
        let marked = try marked()
        #expect(marked.text == Self.secondFormat)
        #expect(try reference(Self.secondFormat) == marked)
        #expect(try marked.version(.tag(try VersionTag("身份"))).number == 2)
        #expect(marked.keptVersions.map(\.number) == [2])
        #expect(throws: ContentStoreError.droppedVersion(kind: .dataset, name: "identity", version: 1)) {
            try marked.version(1)
        }
        #expect(
            throws: ContentStoreError.unknownTag(kind: .dataset, name: "identity", tag: "nothing", nearest: nil)
        ) { try marked.version(.tag(try VersionTag("nothing"))) }
    }

    @Test func everyFlippedByteIsSeen() throws {
        let whole = Array(try marked().text.utf8)
        for place in whole.indices {
            for flip: UInt8 in [0x01, 0x10, 0x20, 0x80, 0xFF] {
                var bytes = whole
                bytes[place] ^= flip
                let text = String(validating: bytes, as: UTF8.self)
                #expect(try text.flatMap { try reference($0) } == nil, "byte \(place) ^ \(flip)")
            }
        }
    }

    @Test func everyCutIsSeen() throws {
        let whole = Array(try marked().text.utf8)
        for count in whole.indices {
            let text = String(validating: whole[..<count], as: UTF8.self)
            #expect(try text.flatMap { try reference($0) } == nil, "\(count) bytes")
        }
    }

    @Test func aNameOfDroppedVersionsAloneIsNone() throws {
        var version = Reference.Version(number: 1, manifest: try #require(ObjectID(hex: Self.first)), time: 1)
        version.isDropped = true
        #expect(Reference(kind: .run, name: try ReferenceName("r"), versions: [version]) == nil)
    }

    @Test(arguments: ["1", "007", "", "a b", "-x", "a/b"])
    func aTagIsAWordAndNoNumber(text: String) {
        #expect(throws: ContentStoreError.self) { try VersionTag(text) }
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
            let reference = try #require(Reference(kind: .run, name: try ReferenceName("r"), versions: versions))
            #expect(Reference(kind: .run, name: reference.name, text: reference.text) == reference)
        }
    }
}
