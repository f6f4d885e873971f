import SystemPackage

/// How an object is kept that mostly repeats others: which of its bytes whole objects hold, and those that none holds.
///
/// docs/store.md describes the file. Numbers in it have 32 bits, little-endian.
struct PartsFile: Hashable, Sendable {
    /// Bytes of the object, one piece after another.
    struct Piece: Hashable, Sendable {
        /// The base's index; nil for bytes of the file's own.
        let base: Int?
        /// Where the bytes begin in the base, or among the file's own bytes.
        let offset: Int
        let count: Int
    }

    /// Whole objects that pieces are taken from.
    let bases: [StoredObject]
    let pieces: [Piece]

    static let suffix = ".parts"
    /// An object takes pieces of no more others, each of which has to be opened to read it.
    static let mostBases = 16
    /// Longer objects are kept whole: what a file says of lengths is bounded before it is believed.
    static let longestObject = 64 << 20
    private static let mark = Array("dsparts1".utf8)
    private static let headSize = 20
    private static let baseSize = 40
    private static let pieceSize = 12
    private static let checkSize = 16

    /// Bytes of the joined object.
    var byteCount: Int { pieces.reduce(0) { $0 + $1.count } }
    private var ownCount: Int { pieces.reduce(0) { $1.base == nil ? $0 + $1.count : $0 } }
    /// Where in the file its own bytes begin.
    var ownStart: Int { Self.headSize + bases.count * Self.baseSize + pieces.count * Self.pieceSize }
    /// Bytes of the file.
    var fileSize: Int { ownStart + ownCount + Self.checkSize }

    init(bases: [StoredObject], pieces: [Piece]) {
        self.bases = bases
        self.pieces = pieces
    }

    // MARK: Writing

    /// The file.
    ///
    /// - Parameter object: the joined bytes.
    func bytes(of object: [UInt8]) -> [UInt8] {
        var file = Self.mark
        file.reserveCapacity(fileSize)
        func append(_ number: Int) { withUnsafeBytes(of: UInt32(number).littleEndian) { file += $0 } }
        for number in [object.count, bases.count, pieces.count] { append(number) }
        for base in bases {
            file += Hexadecimal.bytes(base.id.hex)
            append(base.bytes)
            file += Hexadecimal.bytes(base.witness.xxh3)
        }
        for piece in pieces {
            append(piece.base.map { $0 + 1 } ?? 0)
            append(piece.offset)
            append(piece.count)
        }
        var place = 0
        for piece in pieces {
            if piece.base == nil { file += object[place..<place + piece.count] }
            place += piece.count
        }
        return file + Self.check(of: file[...])
    }

    private static func check(of bytes: ArraySlice<UInt8>) -> [UInt8] {
        let witness = bytes.withUnsafeBytes { Witness(of: $0) }
        return Hexadecimal.bytes(witness.xxh3)
    }

    // MARK: Reading

    /// Reads a file that anyone may have made.
    ///
    /// - Parameter id: the object whose it is.
    /// - Throws: `ContentStoreError.damagedObject` where its check says that it was changed, `malformedParts` where it
    ///   says what cannot be.
    init(_ file: OpenFile, of id: ObjectID) throws(ContentStoreError) {
        let size = try file.size()
        guard size >= Self.headSize + Self.checkSize, size <= Self.longestObject else {
            throw .damagedObject(id: id, path: file.path)
        }
        var bytes = [UInt8](repeating: 0, count: size)
        var isWhole = false
        let outcome = bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(ContentStoreError) in isWhole = try file.read(at: 0, into: buffer) }
        }
        try outcome.get()
        guard isWhole else { throw .damagedObject(id: id, path: file.path) }
        self = try PartsFile(bytes: bytes, of: id, path: file.path)
    }

    /// - Throws: as `init(_:of:)`.
    init(bytes: [UInt8], of id: ObjectID, path: FilePath) throws(ContentStoreError) {
        let end = bytes.count - Self.checkSize
        guard end >= Self.headSize, Array(bytes[end...]) == Self.check(of: bytes[..<end]) else {
            throw .damagedObject(id: id, path: path)
        }
        func malformed(_ problem: String) -> ContentStoreError {
            .malformedParts(id: id, path: path, problem: problem)
        }
        guard bytes.starts(with: Self.mark) else { throw malformed("does not begin with its mark") }
        func number(at offset: Int) -> Int {
            (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
        }
        let (joined, baseCount, pieceCount) = (number(at: 8), number(at: 12), number(at: 16))
        guard (1...Self.longestObject).contains(joined), baseCount <= Self.mostBases else {
            throw malformed("has an impossible size")
        }
        let pieceStart = Self.headSize + baseCount * Self.baseSize
        guard pieceStart <= end, pieceCount <= (end - pieceStart) / Self.pieceSize else {
            throw malformed("has fewer bytes than pieces")
        }
        var bases: [StoredObject] = []
        for start in stride(from: Self.headSize, to: pieceStart, by: Self.baseSize) {
            let base = StoredObject(
                id: ObjectID(digest: Array(bytes[start..<start + 20])),
                witness: Witness(
                    bytes: number(at: start + 20), xxh3: Hexadecimal.string(Array(bytes[start + 24..<start + 40]))))
            guard base.id != id else { throw malformed("takes pieces of the object itself") }
            bases.append(base)
        }
        var pieces: [Piece] = []
        pieces.reserveCapacity(pieceCount)
        var (total, own) = (0, 0)
        for index in 0..<pieceCount {
            let start = pieceStart + index * Self.pieceSize
            let (source, offset, count) = (number(at: start), number(at: start + 4), number(at: start + 8))
            guard source <= baseCount, count >= 1 else { throw malformed("piece \(index) is of nothing") }
            if source == 0 {
                guard offset == own else { throw malformed("piece \(index) does not follow the one before") }
                own += count
            } else if offset + count > bases[source - 1].bytes {
                throw malformed("piece \(index) ends after its base")
            }
            total += count
            pieces.append(Piece(base: source == 0 ? nil : source - 1, offset: offset, count: count))
        }
        guard total == joined, pieceStart + pieceCount * Self.pieceSize + own == end else {
            throw malformed("its pieces do not add up")
        }
        self.init(bases: bases, pieces: pieces)
    }
}
