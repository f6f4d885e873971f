import SystemPackage
import Testing

@testable import ContentStore

@Suite struct ObjectDraftTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }
    private static let small = ObjectDraft.Limits(unwritten: 300, piece: 50)

    init() throws { temporary = try TemporaryStore() }

    private func files(of writer: StoreWriter) throws -> [String] { try FileSystem.list(writer.folder) }

    private func draft(
        _ pieces: [[UInt8]], in writer: StoreWriter, hashedInto joined: SHA1Hasher? = nil
    ) throws -> ObjectDraft {
        let draft = ObjectDraft(in: writer, sharing: nil, hashedInto: joined, limits: Self.small)
        for piece in pieces { try draft.append(piece[...]) }
        return draft
    }

    /// In pieces of any lengths, and whether or not the store has some of the objects already.
    @Test(arguments: 1...20)
    func anObjectIsWhatWasAppended(seed: UInt64) throws {
        var generator = SeededGenerator(seed)
        let longest = [10, 60, 400][generator.below(3)]
        let objects = (0..<8).map { _ in
            (0..<generator.below(30)).map { _ in generator.bytes(generator.below(longest)) }
        }
        for _ in 0..<2 {
            try store.write { writer in
                let joined = try SHA1Hasher()
                var seen: [UInt8] = []
                for pieces in objects {
                    let draft = try draft(pieces, in: writer, hashedInto: joined)
                    let whole = Array(pieces.joined())
                    seen += whole
                    let soFar = try joined.copy()
                    soFar.update(draft.pending)
                    #expect(try soFar.finish() == ObjectID.of(seen))
                    #expect(draft.byteCount == whole.count)
                    #expect(draft.pending.count <= max(Self.small.unwritten, Self.small.piece))
                    #expect(
                        try draft.finish() == StoredObject(id: ObjectID.of(whole), witness: Witness(of: whole)))
                }
                #expect(try joined.finish() == ObjectID.of(seen))
            }
            for pieces in objects {
                let whole = Array(pieces.joined())
                #expect(try store.objects.read(ObjectID.of(whole)) == whole)
            }
        }
        #expect(try FileSystem.list(store.temporaryFolder).isEmpty)
    }

    @Test func bytesAreWrittenAsTheyCome() throws {
        try store.write { writer in
            let draft = try draft([[UInt8](repeating: 1, count: 300)], in: writer)
            #expect(try files(of: writer).isEmpty)
            #expect(draft.pending.count == 300)
            try draft.append([2])
            #expect(try files(of: writer).count == 1)
            #expect(draft.pending.isEmpty)
            try draft.append([3])
            #expect(draft.pending == [3])
            try draft.append([UInt8](repeating: 4, count: 50)[...])
            #expect(draft.pending.isEmpty)
            let object = try draft.finish()
            #expect(object.witness.bytes == 352)
            #expect(try files(of: writer) == [object.id.hex])
        }
    }

    @Test func whatTheStoreHasIsNotKeptAgain() throws {
        let pieces = (0..<10).map { [UInt8](repeating: $0, count: 100) }
        _ = try store.write { try draft(pieces, in: $0).finish() }
        try store.write { writer in
            _ = try draft(pieces, in: writer).finish()
            #expect(try files(of: writer).isEmpty)
        }
    }

    @Test func aDraftThatIsGivenUpLeavesNothing() throws {
        try store.write { writer in
            var given: ObjectDraft? = try draft([[UInt8](repeating: 1, count: 1000)], in: writer)
            #expect(try files(of: writer).count == 1)
            #expect(given?.byteCount == 1000)
            given = nil
            #expect(try files(of: writer).isEmpty)
        }
        #expect(try store.objects.list().ids.isEmpty)
    }

    /// Two contents of one name, both long enough to be written before that is known.
    @Test func aCollisionIsRefused() throws {
        let (first, second) = try SHAttered.pair()
        _ = try store.write { try draft([first], in: $0).finish() }
        #expect(throws: ContentStoreError.collision(id: try ObjectID.of(first))) {
            try store.write { try draft([second], in: $0).finish() }
        }
        #expect(throws: ContentStoreError.collision(id: try ObjectID.of(first))) {
            try store.write { writer in
                _ = try draft([first], in: writer).finish()
                _ = try draft([second], in: writer).finish()
            }
        }
        #expect(try store.objects.read(ObjectID.of(first)) == first)
    }

    /// What may be kept in parts is looked at as a whole.
    @Test func anObjectIsKeptInPartsWhereItSharesMost() throws {
        let made = try PartsStore()
        let finder = made.store.lineFinder(among: made.bases)
        try made.store.write { writer in
            let draft = writer.draft(sharing: finder)
            let changed = made.first[1] + bytes("one line more\n")
            for line in lineRanges(changed) { try draft.append(changed[line]) }
            #expect(draft.pending == changed)
            let object = try draft.finish(cutAt: lineEnds(changed))
            #expect(try object.id == ObjectID.of(changed))
            let size = try FileSystem.size(writer.folder.appending(object.id.hex))
            #expect(size < changed.count / 4)
        }
    }

    private func lineRanges(_ content: [UInt8]) -> [Range<Int>] {
        let ends = lineEnds(content)
        return zip([0] + ends, ends).map { $0..<$1 }
    }
}
