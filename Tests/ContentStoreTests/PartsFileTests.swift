import SystemPackage
import Testing

@testable import ContentStore

/// What a parts file may say, and what it may not.
@Suite struct PartsFileTests {
    private let id: ObjectID
    private let base: StoredObject
    private let path: FilePath = "ab/cd.parts"

    init() throws {
        id = try ObjectID.of(bytes("the joined object"))
        base = try object(bytes(String(repeating: "base ", count: 20)))
    }

    private func parsed(_ file: [UInt8]) throws(ContentStoreError) -> PartsFile {
        try PartsFile(bytes: file, of: id, path: path)
    }

    private var sound: PartsFile {
        PartsFile(
            bases: [base],
            pieces: [
                .init(base: 0, offset: 10, count: 20), .init(base: nil, offset: 0, count: 3),
                .init(base: 0, offset: 0, count: 100), .init(base: nil, offset: 3, count: 4),
            ])
    }

    private var joined: [UInt8] { Array(0..<127) }

    /// With a check that fits, whatever the rest says.
    private func checked(_ body: [UInt8]) -> [UInt8] { body + Hexadecimal.bytes(Witness(of: body).xxh3) }

    @Test func whatIsWrittenIsRead() throws {
        let file = sound.bytes(of: joined)
        #expect(file.count == sound.fileSize)
        let read = try parsed(file)
        #expect(read == sound)
        #expect(read.byteCount == 127)
        #expect(Array(file[read.ownStart..<file.count - 16]) == [20, 21, 22, 123, 124, 125, 126])
    }

    /// The layout of docs/store.md, byte by byte: a file of the first version must always be read.
    @Test func theLayoutIsTheDocumentedOne() throws {
        let file = sound.bytes(of: joined)
        #expect(Array(file.prefix(8)) == bytes("dsparts1"))
        #expect(Array(file[8..<20]) == [127, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0])
        #expect(Hexadecimal.string(Array(file[20..<40])) == base.id.hex)
        #expect(Array(file[40..<44]) == [100, 0, 0, 0])
        #expect(Hexadecimal.string(Array(file[44..<60])) == base.witness.xxh3)
        #expect(Array(file[60..<84]) == [1, 0, 0, 0, 10, 0, 0, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0])
        #expect(checked(Array(file.dropLast(16))) == file)
    }

    @Test func everyFlippedBitAndEveryShorterFileIsFound() throws {
        let file = sound.bytes(of: joined)
        for bit in 0..<file.count * 8 {
            var flipped = file
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: ContentStoreError.damagedObject(id: id, path: path), "bit \(bit)") {
                try parsed(flipped)
            }
        }
        for count in 0..<file.count {
            #expect(throws: ContentStoreError.damagedObject(id: id, path: path), "\(count) bytes") {
                try parsed(Array(file.prefix(count)))
            }
        }
    }

    /// Too short to say what a parts file must say, though its check fits.
    @Test(arguments: 0..<20)
    func aFileWithoutAHeadIsDamaged(count: Int) {
        #expect(throws: ContentStoreError.damagedObject(id: id, path: path)) {
            try parsed(checked(Array(sound.bytes(of: joined).prefix(count))))
        }
    }

    /// Bytes that a hostile hand changed, the check made again afterwards.
    @Test(arguments: [
        (at: 0, to: [0x44], problem: "does not begin with its mark"),
        (8, [0, 0, 0, 0], "has an impossible size"), (8, [0xFF, 0xFF, 0xFF, 0xFF], "has an impossible size"),
        (8, [126], "its pieces do not add up"), (8, [128], "its pieces do not add up"),
        (12, [17], "has an impossible size"), (12, [0xFF, 0xFF, 0xFF, 0xFF], "has an impossible size"),
        (12, [16], "has fewer bytes than pieces"), (16, [0xFF, 0xFF, 0xFF, 0xFF], "has fewer bytes than pieces"),
        (16, [3], "its pieces do not add up"), (60, [2], "piece 0 is of nothing"), (68, [0], "piece 0 is of nothing"),
        (64, [81], "piece 0 ends after its base"), (64, [0xFF, 0xFF, 0xFF, 0xFF], "piece 0 ends after its base"),
        (68, [0xFF, 0xFF, 0xFF, 0xFF], "piece 0 ends after its base"), (40, [99], "piece 2 ends after its base"),
        (76, [1], "piece 1 does not follow the one before"), (80, [4], "piece 3 does not follow the one before"),
        (104, [5], "its pieces do not add up"), (104, [0xFF, 0xFF, 0xFF, 0xFF], "its pieces do not add up"),
    ])
    func whatCannotBeIsRefused(offset: Int, to replacement: [UInt8], problem: String) throws {
        var body = Array(sound.bytes(of: joined).dropLast(16))
        body.replaceSubrange(offset..<offset + replacement.count, with: replacement)
        #expect(throws: ContentStoreError.malformedParts(id: id, path: path, problem: problem)) {
            try parsed(checked(body))
        }
    }

    /// No byte is there that no piece is of, and no piece is of a byte that is not there.
    @Test func itsOwnBytesAreThoseOfItsPieces() throws {
        let body = Array(sound.bytes(of: joined).dropLast(16))
        let error = ContentStoreError.malformedParts(id: id, path: path, problem: "its pieces do not add up")
        #expect(throws: error) { try parsed(checked(body + [0])) }
        #expect(throws: error) { try parsed(checked(body.dropLast())) }
    }

    @Test func anObjectTakesNoPiecesOfItself() throws {
        let own = StoredObject(id: id, witness: base.witness)
        let file = PartsFile(bases: [own], pieces: [.init(base: 0, offset: 0, count: 9)]).bytes(of: joined)
        let problem = "takes pieces of the object itself"
        #expect(throws: ContentStoreError.malformedParts(id: id, path: path, problem: problem)) {
            try parsed(Array(checked([UInt8](bytes("dsparts1")) + [9] + file[9...].dropLast(16))))
        }
    }

    @Test(arguments: 1...20)
    func noiseIsRefused(seed: UInt64) throws {
        var generator = SeededGenerator(seed)
        for _ in 0..<200 {
            let noise = generator.bytes(generator.below(300))
            #expect(throws: ContentStoreError.self) { try parsed(noise) }
            // With a mark and a check that fit, so that it gets further.
            #expect(throws: ContentStoreError.self) { try parsed(checked(bytes("dsparts1") + noise)) }
        }
    }
}
