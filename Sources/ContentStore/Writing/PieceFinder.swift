import Foundation

/// Finds what a new object has in common with objects that the store keeps whole: those of the version before, say.
///
/// They are read only when something is looked for, and no more of them than a few times what is new. Memory: 14 to 20
/// bytes for each of their pieces that was read, rows say. The hash of a piece only says where to look: the bytes are
/// compared.
public final class PieceFinder {
    /// Where an object's pieces end, in order; nil where it cannot be cut.
    public typealias Cutter = (_ object: [UInt8]) -> [Int]?

    struct Limits {
        /// Shorter objects are kept whole.
        var smallest = 1 << 16
        /// Shorter runs of pieces are not worth their place in the file.
        var shortestRun = 64
        /// So much is read at least in search of pieces, and so many times what is new.
        var readAtLeast = 64 << 20
        var readForEachByte = 4
    }

    private let store: Store
    private let parents: [StoredObject]
    private let cut: Cutter
    private let limits: Limits
    /// The whole objects that there may be pieces in; nil until something is looked for.
    private var candidates: [StoredObject]?
    /// For each parent and each candidate, which candidate it is, or takes its last pieces of.
    private var places: [ObjectID: Int] = [:]
    private var isRead: [Bool] = []
    private(set) var readCount = 0
    private var allowance: Int
    /// The candidate after the one where something was found last: the next piece is likely there.
    private var cursor = 0
    /// The parent that the next new object follows, where that is known.
    private var passed: ObjectID?
    private var index = PieceIndex()

    /// - Parameters:
    ///   - parents: the objects to look in, in their order. Of those in parts, the objects that they take pieces of.
    ///   - cut: cuts such an object as the new ones are cut.
    public convenience init(in store: Store, among parents: [StoredObject], cutting cut: @escaping Cutter) {
        self.init(in: store, among: parents, limits: Limits(), cutting: cut)
    }

    init(in store: Store, among parents: [StoredObject], limits: Limits, cutting cut: @escaping Cutter) {
        self.store = store
        self.parents = parents
        self.limits = limits
        self.cut = cut
        allowance = limits.readAtLeast
    }

    /// Bytes of a new object, one run after another.
    struct Run {
        /// By its index in the index of pieces; nil for bytes that were found nowhere.
        var object: Int?
        var offset: Int
        var count: Int
    }

    /// Says that the next new object follows one that is the store's already.
    public func pass(_ id: ObjectID) { passed = id }

    /// How a new object can be kept in parts.
    ///
    /// - Parameter ends: where its pieces end. What follows the last belongs to none.
    /// - Returns: nil where that would take more than half the object's bytes.
    /// - Throws: what the system says. Damaged objects are passed over: that they are is `Verifier`'s to say.
    func parts(of bytes: [UInt8], cutAt ends: [Int]) throws(ContentStoreError) -> PartsFile? {
        guard bytes.count >= limits.smallest, bytes.count <= PartsFile.longestObject, !parents.isEmpty else {
            return nil
        }
        allowance += limits.readForEachByte * bytes.count
        var hashes: [UInt32] = []
        hashes.reserveCapacity(ends.count)
        var start = 0
        for end in ends {
            hashes.append(PieceIndex.hash(bytes[start..<end]))
            start = end
        }
        var runs = runs(of: bytes, hashes, ends)
        var wanted = bytes.count
        // More is looked for while a tenth is found nowhere: more than that few edits change.
        while Self.foundCount(runs) < bytes.count / 10 * 9, try readMore(wanted) {
            wanted = readCount
            runs = self.runs(of: bytes, hashes, ends)
        }
        if let last = runs.last(where: { $0.object != nil })?.object, let place = places[index.objects[last].id] {
            cursor = place + 1
        }
        passed = nil
        return try partsFile(runs: proved(fewBases(runs), bytes, among: index.objects), bytes)
    }

    private static func foundCount(_ runs: [Run]) -> Int { runs.reduce(0) { $1.object == nil ? $0 : $0 + $1.count } }

    // MARK: Reading candidates

    /// Reads more candidates, from the cursor on.
    ///
    /// - Parameter wanted: about how many bytes of them.
    /// - Returns: false where there are no more, or no more may be read.
    private func readMore(_ wanted: Int) throws(ContentStoreError) -> Bool {
        let candidates = try findCandidates()
        if let passed, let place = places[passed] { cursor = place + 1 }
        // One before the cursor: a shard that lost a row in its middle is followed by one that begins in the same.
        let first = max(0, cursor - 1)
        var count = 0
        for step in 0..<candidates.count where count < wanted && readCount < allowance {
            let place = (first + step) % candidates.count
            guard !isRead[place] else { continue }
            isRead[place] = true
            let object = candidates[place]
            count += object.bytes
            readCount += object.bytes
            do {
                let content = try store.objects.read(object)
                if let ends = cut(content) { index.add(object, content, cutAt: ends) }
            } catch {
                guard error.isLostObject else { throw error }
            }
        }
        return count > 0
    }

    private func findCandidates() throws(ContentStoreError) -> [StoredObject] {
        if let candidates { return candidates }
        var found: [StoredObject] = []
        for parent in parents {
            var objects: [StoredObject] = []
            switch store.objects.form(of: parent.id) {
            case .whole: objects = [parent]
            case .inParts:
                do {
                    objects = try store.objects.bases(of: parent.id)
                } catch {
                    guard error.isLostObject else { throw error }
                }
            case nil: break
            }
            for object in objects
            where object.bytes <= PartsFile.longestObject && places[object.id] == nil
                && store.objects.form(of: object.id) == .whole
            {
                places[object.id] = found.count
                found.append(object)
            }
            if let last = objects.last, let place = places[last.id] { places[parent.id] = place }
        }
        candidates = found
        isRead = [Bool](repeating: false, count: found.count)
        return found
    }

    // MARK: Runs

    private func runs(of bytes: [UInt8], _ hashes: [UInt32], _ ends: [Int]) -> [Run] {
        var runs: [Run] = []
        var previous: PieceIndex.Number?
        var start = 0
        for (hash, end) in zip(hashes, ends) {
            previous = end > start ? index.find(hash, count: end - start, after: previous) : nil
            let place = previous.map { index.place(of: $0) }
            Self.append(Run(object: place?.object, offset: place?.offset ?? start, count: end - start), to: &runs)
            start = end
        }
        Self.append(Run(object: nil, offset: start, count: bytes.count - start), to: &runs)
        return runs
    }

    /// Adds a run, or makes the last one longer.
    private static func append(_ run: Run, to runs: inout [Run]) {
        guard run.count > 0 else { return }
        if let last = runs.last, last.object == run.object,
            run.object == nil || last.offset + last.count == run.offset
        {
            runs[runs.count - 1].count += run.count
        } else {
            runs.append(run)
        }
    }

    /// Runs of the objects that give the most, and only those that are worth it.
    private func fewBases(_ runs: [Run]) -> [Run] {
        var counts: [Int: Int] = [:]
        for run in runs { if let object = run.object { counts[object, default: 0] += run.count } }
        let chosen = Set(
            counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(PartsFile.mostBases).map(\.key))
        var few: [Run] = []
        var start = 0
        for run in runs {
            let isWorthIt = run.count >= limits.shortestRun && run.object.map(chosen.contains) == true
            Self.append(isWorthIt ? run : Run(object: nil, offset: start, count: run.count), to: &few)
            start += run.count
        }
        return few
    }

    /// Runs whose bytes are the object's for certain.
    func proved(_ runs: [Run], _ bytes: [UInt8], among objects: [StoredObject]) throws(ContentStoreError) -> [Run] {
        var files: [Int: ObjectFile] = [:]
        var buffer: [UInt8] = []
        var proved: [Run] = []
        var start = 0
        for run in runs {
            var isSame = false
            if let object = run.object {
                let file: ObjectFile
                if let open = files[object] {
                    file = open
                } else {
                    file = try store.objects.open(objects[object])
                }
                files[object] = file
                try file.read(run.offset..<run.offset + run.count, into: &buffer)
                isSame = Self.areEqual(buffer, bytes, from: start, count: run.count)
            }
            Self.append(isSame ? run : Run(object: nil, offset: start, count: run.count), to: &proved)
            start += run.count
        }
        return proved
    }

    private static func areEqual(_ found: [UInt8], _ bytes: [UInt8], from start: Int, count: Int) -> Bool {
        found.withUnsafeBytes { found in
            bytes.withUnsafeBytes { bytes in
                guard let first = found.baseAddress, let second = bytes.baseAddress else { return count == 0 }
                return memcmp(first, second + start, count) == 0
            }
        }
    }

    private func partsFile(runs: [Run], _ bytes: [UInt8]) -> PartsFile? {
        var bases: [StoredObject] = []
        var numbers: [Int: Int] = [:]
        var pieces: [PartsFile.Piece] = []
        var own = 0
        for run in runs {
            guard let object = run.object else {
                pieces.append(.init(base: nil, offset: own, count: run.count))
                own += run.count
                continue
            }
            let number = numbers[object] ?? bases.count
            if number == bases.count { bases.append(index.objects[object]) }
            numbers[object] = number
            pieces.append(.init(base: number, offset: run.offset, count: run.count))
        }
        let parts = PartsFile(bases: bases, pieces: pieces)
        return parts.fileSize <= bytes.count / 2 ? parts : nil
    }
}
