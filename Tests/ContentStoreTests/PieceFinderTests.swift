import SystemPackage
import Testing

@testable import ContentStore

@Suite struct PieceFinderTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }

    init() throws { temporary = try TemporaryStore() }

    private func stage(_ content: [UInt8], among parents: [StoredObject]) throws -> StoredObject {
        let finder = store.lineFinder(among: parents)
        return try store.write { try $0.stage(content, cutAt: lineEnds(content), sharing: finder) }
    }

    /// Random edits of random lines: whatever is found, the joined bytes are the object's.
    @Test(arguments: 1...30)
    func whateverIsFoundTheBytesAreTheSame(seed: UInt64) throws {
        var generator = SeededGenerator(seed)
        var objects = (0..<3).map { _ in lines(1 + generator.below(80), &generator) }
        var parents = try store.addVersion("rows", objects.map { Array($0.joined()) })
        for _ in 0..<4 {
            for index in objects.indices {
                for _ in 0..<generator.below(6) where !objects[index].isEmpty {
                    let place = generator.below(objects[index].count)
                    switch generator.below(4) {
                    case 0: objects[index].remove(at: place)
                    case 1: objects[index].insert(lines(1, &generator)[0], at: place)
                    case 2:
                        objects[index][place] = objects[generator.below(3)].randomElement(using: &generator) ?? [0x0A]
                    default: objects[index].shuffle(using: &generator)
                    }
                }
                // A tail that is no line.
                if generator.below(2) == 0 { objects[index].append(bytes("]")) }
            }
            let contents = objects.map { Array($0.joined()) }
            parents = try store.addVersion("rows", contents)
            for (object, content) in zip(parents, contents) {
                #expect(try store.objects.read(object) == content)
                #expect(try store.objects.identity(of: object.id) == object)
                try expectAnyRange(of: object, content, &generator)
            }
        }
        #expect(try store.verified().isIntact)
    }

    private func expectAnyRange(of object: StoredObject, _ content: [UInt8], _ generator: inout SeededGenerator) throws
    {
        let file = try store.objects.open(object)
        try file.check()
        var buffer: [UInt8] = []
        for _ in 0..<20 {
            let start = generator.below(content.count + 1)
            let range = start..<start + generator.below(content.count - start + 1)
            try file.read(range, into: &buffer)
            #expect(buffer.prefix(range.count).elementsEqual(content[range]))
        }
        let beyond = content.count..<content.count + 1
        #expect(throws: ContentStoreError.self) { try file.read(beyond, into: &buffer) }
    }

    @Test func whatIsHalfFoundIsKeptWhole() throws {
        var generator = SeededGenerator(1)
        let known = lines(100, &generator)
        let parent = try store.write { try $0.stage(Array(known.joined())) }
        for (share, form) in [(0, ObjectFolder.Form.whole), (40, .whole), (80, .inParts), (99, .inParts)] {
            let new = Array((known.prefix(share) + lines(100 - share, &generator)).joined())
            let object = try stage(new, among: [parent])
            #expect(store.objects.form(of: object.id) == form, "\(share)")
            #expect(try store.objects.read(object) == new)
        }
    }

    @Test func whatIsShortIsKeptWhole() throws {
        var generator = SeededGenerator(2)
        let known = Array(lines(100, &generator).joined())
        let parent = try store.write { try $0.stage(known) }
        let new = known + bytes("more\n")
        let finder = PieceFinder(in: store, among: [parent], cutting: lineEnds)
        let object = try store.write { try $0.stage(new, cutAt: lineEnds(new), sharing: finder) }
        #expect(store.objects.form(of: object.id) == .whole)
    }

    /// A hash says only where to look: where the bytes differ nothing is taken.
    @Test func aHashAloneIsNotTrusted() throws {
        var generator = SeededGenerator(3)
        let parent = try store.write { try $0.stage(Array(lines(50, &generator).joined())) }
        let new = Array(lines(50, &generator).joined())
        // As a collision would have it: the index says that the new bytes are the parent's.
        let finder = store.lineFinder(among: [parent])
        #expect(
            try finder.proved([.init(object: 0, offset: 0, count: 30)], new, among: [parent]).map(\.object) == [nil])
    }

    @Test func damagedParentsArePassedOver() throws {
        var generator = SeededGenerator(4)
        let known = (0..<2).map { _ in Array(lines(60, &generator).joined()) }
        let parents = try store.addVersion("rows", known)
        try flipBit(9, of: store.objects.path(of: parents[0].id))
        for (content, form) in [(known[0], ObjectFolder.Form.whole), (known[1], .inParts)] {
            let object = try stage(content + bytes("more\n"), among: parents)
            #expect(store.objects.form(of: object.id) == form)
        }
    }

    /// Of a parent in parts the whole objects are looked in, so that nothing is ever in parts of what is in parts.
    @Test func allBasesAreWhole() throws {
        var generator = SeededGenerator(5)
        var content = lines(100, &generator)
        for turn in 0..<6 {
            try store.addVersion("rows", [Array(content.joined())])
            content[turn * 9] = bytes("turn \(turn)\n")
        }
        let listing = try store.objects.list()
        #expect(listing.inParts.count == 5)
        for id in listing.inParts {
            for base in try store.objects.bases(of: id) { #expect(store.objects.form(of: base.id) == .whole) }
        }
        #expect(try store.verified().isIntact)
    }

    @Test func noMoreIsReadThanAFewTimesWhatIsNew() throws {
        var generator = SeededGenerator(6)
        let known = (0..<40).map { _ in Array(lines(50, &generator).joined()) }
        let parents = try store.addVersion("rows", known)
        let limits = PieceFinder.Limits(smallest: 1, shortestRun: 1, readAtLeast: 0, readForEachByte: 4)
        let finder = store.lineFinder(among: parents, limits: limits)
        let new = Array(lines(50, &generator).joined())
        #expect(try finder.parts(of: new, cutAt: lineEnds(new)) == nil)
        #expect((new.count..<7 * new.count).contains(finder.readCount), "\(finder.readCount) for \(new.count)")
        // What follows a parent is found although all before it was not read.
        finder.pass(parents[29].id)
        let edited = known[30] + bytes("more\n")
        #expect(try finder.parts(of: edited, cutAt: lineEnds(edited)) != nil)
    }
}
