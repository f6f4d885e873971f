import ContentStore
import DatasetFormats
import SystemPackage

/// Keeps files as they are, joined and cut into pieces where their own lines choose, so that versions of a file share
/// most of them.
struct OriginalWriter {
    /// Whose rows are lines here.
    private var pieces: ShardWriter

    /// What is looked at as one line where there is no line feed.
    private static let longestLine = 1 << 16

    /// - Throws: `ContentStoreError.hashUnavailable`.
    init(_ writer: StoreWriter, sharing: PieceFinder? = nil) throws(ContentStoreError) {
        pieces = try ShardWriter(writer, sharing: sharing)
    }

    /// The files' names, hashes and lengths, and one hash of all of them joined; nothing is kept.
    static func identify(
        _ files: [SourceFile], progress: (_ bytes: Int) throws -> Void
    ) throws -> (files: [DatasetOriginal.File], joined: ObjectID) {
        let joined = try SHA1Hasher()
        var identified: [DatasetOriginal.File] = []
        for file in files {
            let hasher = try SHA1Hasher()
            var count = 0
            var reader = try FilePieceReader(path: file.path)
            while let piece = try reader.next() {
                hasher.update(piece, with: joined)
                count += piece.count
                try progress(piece.count)
            }
            identified.append(.init(name: file.name, sha1: hasher.finish(), bytes: count))
        }
        return (identified, joined.finish())
    }

    /// Stages the files' bytes.
    ///
    /// - Returns: the pieces, and the hash of all of them joined.
    mutating func stage(
        _ files: [SourceFile], progress: (_ bytes: Int) throws -> Void
    ) throws -> (pieces: [StoredObject], joined: ObjectID) {
        for file in files {
            var reader = try FilePieceReader(path: file.path)
            var line: [UInt8] = []
            while let piece = try reader.next() {
                try add(piece, after: &line)
                try progress(piece.count)
            }
            if !line.isEmpty { try add(line[...]) }
        }
        let joined = try pieces.finish(trailing: [])
        return (pieces.shards.map(\.object), joined)
    }

    /// - Parameter line: the line that was begun and did not end in the piece before.
    private mutating func add(_ piece: [UInt8], after line: inout [UInt8]) throws {
        var start = 0
        while start < piece.count {
            let limit = min(piece.count, start + Self.longestLine - line.count)
            let lineFeed = piece[start..<limit].firstIndex(of: 0x0A)
            let end = lineFeed.map { $0 + 1 } ?? limit
            guard lineFeed != nil || line.count + end - start >= Self.longestLine else {
                line += piece[start..<end]
                return
            }
            if line.isEmpty {
                try add(piece[start..<end])
            } else {
                line += piece[start..<end]
                try add(line[...])
                line.removeAll(keepingCapacity: true)
            }
            start = end
        }
    }

    private mutating func add(_ line: ArraySlice<UInt8>) throws {
        try pieces.add(line, rows: CollectionOfOne(line.indices))
    }

    /// Where the lines of a piece end, as they were looked at when it was cut.
    static func lineEnds(in piece: [UInt8]) -> [Int] {
        var ends: [Int] = []
        var start = 0
        while start < piece.count {
            let limit = min(piece.count, start + longestLine)
            start = piece[start..<limit].firstIndex(of: 0x0A).map { $0 + 1 } ?? limit
            ends.append(start)
        }
        return ends
    }
}
