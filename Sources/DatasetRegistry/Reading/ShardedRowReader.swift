import ContentStore
import DatasetFormats
import Foundation
import Synchronization

/// Reads the rows of a dataset in any order, in memory that does not grow with it. Callable from any thread.
///
/// A shard is compared with its witness once, when the first of its rows is asked for; after that a row is one read.
final class ShardedRowReader: Sendable {
    private let manifest: DatasetManifest
    private let manifestID: ObjectID
    private let name: String
    private let store: Store
    private let shards: [ShardSlot]
    private let places = RowPlaces()
    private let openCount = Atomic<Int>(0)
    private let openLimit: Int

    private final class ShardSlot: Sendable {
        let state = Mutex(State())

        struct State {
            var places: RowPlaces.Table?
            var file: ObjectFile?
        }
    }

    /// - Parameter openLimit: files that may be open at a time, beside those that threads are reading.
    init(
        _ manifest: DatasetManifest, id: ObjectID, name: String, in store: Store, openLimit: Int = standardOpenLimit
    ) {
        self.manifest = manifest
        manifestID = id
        self.name = name
        self.store = store
        shards = manifest.shards.map { _ in ShardSlot() }
        self.openLimit = openLimit
    }

    /// A part of the files that this process may have open.
    static var standardOpenLimit: Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 64 }
        return Int(clamping: min(4096, max(32, limit.rlim_cur / 4)))
    }

    /// Reads a row as it stands in the file.
    ///
    /// - Parameters:
    ///   - index: of a row that there is.
    ///   - buffer: grown to hold the row, which is in its first bytes afterwards.
    /// - Returns: the row's length.
    /// - Throws: `ContentStoreError` where the shard is missing, damaged, or not what its manifest says.
    func read(_ index: Int, into buffer: inout [UInt8]) throws -> Int {
        let number = manifest.shardIndex(ofRow: index)
        let (file, table) = try open(number)
        let range = try places.range(ofRow: index - manifest.shards[number].firstRow, in: table)
        return try read(range, of: file, into: &buffer)
    }

    private func read(_ range: Range<Int>, of file: ObjectFile, into buffer: inout [UInt8]) throws -> Int {
        try file.read(range, into: &buffer)
        return Self.rowLength(buffer[..<range.count])
    }

    /// How many of the bytes up to the next row are the row's. What stands between rows is passed over: a row is an
    /// object, and ends with its bracket.
    private static func rowLength(_ bytes: ArraySlice<UInt8>) -> Int {
        (bytes.lastIndex(of: UInt8(ascii: "}")) ?? bytes.startIndex - 1) + 1 - bytes.startIndex
    }

    /// The store's error, and the row that was asked for.
    struct Failure: Error {
        let row: Int
        let error: ContentStoreError
    }

    private struct Wanted: Comparable {
        let row: Int
        /// Where in the list the row was asked for.
        let place: Int

        static func < (left: Wanted, right: Wanted) -> Bool { left.row < right.row }
    }

    /// Used again for shard after shard.
    private struct Space {
        /// A row.
        var bytes: [UInt8] = []
        /// Where the rows of a shard that are asked for are.
        var ranges: [Range<Int>] = []
    }

    /// Lends rows as they stand in the file, shard by shard: so a shard is looked up once for all of its rows, where
    /// threads would else meet at every row. Shards that another thread is just opening come last.
    ///
    /// - Parameters:
    ///   - indices: of rows that there are, in any order.
    ///   - body: is told the row's place in `indices`.
    /// - Throws: `Failure`, and what the body throws.
    func forEachRow(
        at indices: [Int], _ body: (_ place: Int, _ bytes: Span<UInt8>) throws -> Void
    ) throws {
        let wanted = indices.enumerated().map { Wanted(row: $1, place: $0) }.sorted()
        var space = Space()
        var lentCount = 0
        var busy: [(shard: Int, rows: ArraySlice<Wanted>)] = []
        var rest = wanted[...]
        while let first = rest.first {
            let number = manifest.shardIndex(ofRow: first.row)
            let shardEnd = manifest.shards[number].firstRow + manifest.shards[number].rows
            let rows = rest.prefix { $0.row < shardEnd }
            rest = rest[rows.endIndex...]
            if try lend(rows, ofShard: number, &space, opening: openUnlessBusy, body) {
                lentCount += rows.count
            } else {
                busy.append((number, rows))
            }
        }
        for (number, rows) in busy where try lend(rows, ofShard: number, &space, opening: open, body) {
            lentCount += rows.count
        }
        precondition(lentCount == indices.count, "a row that was asked for was not read")
    }

    /// - Returns: false, and nothing was lent, where the shard was not opened.
    private func lend(
        _ rows: ArraySlice<Wanted>, ofShard number: Int, _ space: inout Space,
        opening open: (Int) throws -> Opened?, _ body: (_ place: Int, _ bytes: Span<UInt8>) throws -> Void
    ) throws -> Bool {
        var current = rows.startIndex
        do {
            guard let (file, table) = try open(number) else { return false }
            let firstRow = manifest.shards[number].firstRow
            try places.find(rows.lazy.map { $0.row - firstRow }, in: table, into: &space.ranges)
            for range in space.ranges {
                let count = try read(range, of: file, into: &space.bytes)
                try body(rows[current].place, space.bytes.span.extracting(first: count))
                current += 1
            }
            return true
        } catch let error as ContentStoreError {
            throw Failure(row: rows[current].row, error: error)
        }
    }

    /// A read gets no more than this where it gets several rows.
    private static let spanLimit = 128 << 10

    /// Copies rows of a shard as they stand in the file. Those that are near each other are read together, with what
    /// stands between them.
    ///
    /// - Parameters:
    ///   - rows: their numbers in the shard, ascending; one may be there several times.
    ///   - nearness: how many bytes may stand between rows that are read together.
    /// - Returns: where in `space` each row is, as far as there was room.
    /// - Throws: `Failure`.
    func copy(_ rows: [Int], ofShard number: Int, nearness: Int, into space: SharedBytes) throws -> [Range<Int>] {
        guard let first = rows.first else { return [] }
        do {
            let (file, table) = try open(number)
            var places: [Range<Int>] = []
            try self.places.find(rows, in: table, into: &places)
            var rest = places[...]
            var found: [Range<Int>] = []
            found.reserveCapacity(rows.count)
            var buffer: [UInt8] = []
            while let span = Self.span(at: rest, nearness: nearness),
                var room = space.room(for: rest[..<span.end].reduce(0) { $0 + $1.count })
            {
                try file.read(span.range, into: &buffer)
                for place in rest[..<span.end] {
                    let start = place.lowerBound - span.range.lowerBound
                    let count = Self.rowLength(buffer[start..<start + place.count])
                    found.append(room.append(copying: buffer.span.extracting(start..<start + count)))
                }
                rest = rest[span.end...]
            }
            return found
        } catch let error as ContentStoreError {
            throw Failure(row: manifest.shards[number].firstRow + first, error: error)
        }
    }

    /// The bytes that the first rows of a list are read with in one go, and the end of these rows; nil where there are
    /// none.
    private static func span(at places: ArraySlice<Range<Int>>, nearness: Int) -> (range: Range<Int>, end: Int)? {
        guard var range = places.first else { return nil }
        let end = places.dropFirst().firstIndex { place in
            guard place.lowerBound - range.upperBound <= nearness,
                place.upperBound - range.lowerBound <= spanLimit
            else { return true }
            range = range.lowerBound..<max(range.upperBound, place.upperBound)
            return false
        }
        return (range, end ?? places.endIndex)
    }

    private typealias Opened = (ObjectFile, RowPlaces.Table)

    private func open(_ number: Int) throws -> Opened {
        let outcome = shards[number].state.withLock { state in Result { try open(number, &state) } }
        closeOthersBeyondLimit(number)
        return try outcome.get()
    }

    /// - Returns: nil where another thread is just opening the shard.
    private func openUnlessBusy(_ number: Int) throws -> Opened? {
        let outcome = shards[number].state.withLockIfAvailable { state in Result { try open(number, &state) } }
        closeOthersBeyondLimit(number)
        return try outcome?.get()
    }

    private func open(_ number: Int, _ state: inout ShardSlot.State) throws -> Opened {
        if let file = state.file, let table = state.places { return (file, table) }
        try store.keepHolding()
        let file = try store.objects.open(manifest.shards[number].object)
        let table = try state.places ?? places.keep(try rowStarts(number, file))
        state.places = table
        state.file = file
        openCount.add(file.fileCount, ordering: .relaxed)
        return (file, table)
    }

    /// Checks a shard, and finds where its rows begin.
    private func rowStarts(_ number: Int, _ file: ObjectFile) throws -> [UInt32] {
        let shard = manifest.shards[number]
        guard shard.object.bytes <= Int(UInt32.max) else {
            throw ContentStoreError.malformedManifest(
                id: manifestID, problem: "shard \(number) has more bytes than a shard can have")
        }
        var lines = JSONLineStarts()
        try file.check { lines.append($0) }
        if let starts = lines.finish(), starts.count == shard.rows { return starts + [UInt32(shard.object.bytes)] }
        // Rows that are not a line each are looked for by their brackets.
        var rows = JSONRowStarts()
        try file.check { rows.append($0) }
        let starts = try rows.finish(source: name)
        guard starts.count == shard.rows else {
            throw ContentStoreError.malformedManifest(
                id: manifestID, problem: "says that shard \(number) has \(shard.rows) rows; it has \(starts.count)")
        }
        return starts + [UInt32(shard.object.bytes)]
    }

    /// Closes files of other shards, so that not more are open than may be; one that is being read stays so.
    private func closeOthersBeyondLimit(_ number: Int) {
        // From the next on, so that of shards that are read in order the oldest comes first.
        for step in 1..<max(1, shards.count) where openCount.load(ordering: .relaxed) > openLimit {
            let closed = shards[(number + step) % shards.count].state.withLockIfAvailable { state -> Int in
                defer { state.file = nil }
                return state.file?.fileCount ?? 0
            }
            if let closed { openCount.subtract(closed, ordering: .relaxed) }
        }
    }
}
