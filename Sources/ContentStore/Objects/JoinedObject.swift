import SystemPackage

/// An object in parts that is open: its bytes as if they stood one after another. Callable from any thread.
///
/// The parts file was compared with its check when it was opened. The bytes of the bases are compared by whoever
/// compares the joined ones.
final class JoinedObject: Sendable {
    let id: ObjectID
    let parts: PartsFile
    let byteCount: Int
    private let own: OpenFile
    private let bases: [OpenFile]
    /// Where each piece begins in the joined bytes.
    private let starts: [Int]

    var path: FilePath { own.path }
    var fileCount: Int { 1 + bases.count }

    /// - Returns: nil where there is no parts file.
    /// - Throws: `damagedObject` or `malformedParts` where the parts file is not as it was written; `missingObject` and
    ///   `damagedObject` of a base that is not there whole, or is shorter or longer than it was.
    init?(_ id: ObjectID, in objects: ObjectFolder) throws(ContentStoreError) {
        guard let own = try OpenFile(ifThere: objects.partsPath(of: id)) else { return nil }
        let parts = try PartsFile(own, of: id)
        var bases: [OpenFile] = []
        for base in parts.bases {
            let path = objects.path(of: base.id)
            guard let file = try OpenFile(ifThere: path) else { throw .missingObject(id: base.id, path: path) }
            guard try file.size() == base.bytes else { throw .damagedObject(id: base.id, path: path) }
            bases.append(file)
        }
        var starts: [Int] = []
        starts.reserveCapacity(parts.pieces.count)
        var total = 0
        for piece in parts.pieces {
            starts.append(total)
            total += piece.count
        }
        self.id = id
        self.parts = parts
        self.own = own
        self.bases = bases
        self.starts = starts
        byteCount = total
    }

    /// Fills a buffer with the joined bytes from an offset on.
    ///
    /// - Throws: `damagedObject` where they end before, or what the system says.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ContentStoreError) {
        guard offset >= 0, buffer.count <= byteCount - offset else { throw .damagedObject(id: id, path: path) }
        var index = piece(at: offset)
        var done = 0
        while done < buffer.count {
            let piece = parts.pieces[index]
            let skipped = offset + done - starts[index]
            let count = min(piece.count - skipped, buffer.count - done)
            let space = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + count])
            if let base = piece.base {
                guard try bases[base].read(at: piece.offset + skipped, into: space) else {
                    throw .damagedObject(id: parts.bases[base].id, path: bases[base].path)
                }
            } else if try !own.read(at: parts.ownStart + piece.offset + skipped, into: space) {
                throw .damagedObject(id: id, path: path)
            }
            done += count
            index += 1
        }
    }

    /// The piece that holds a byte, by bisection.
    private func piece(at offset: Int) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }

    /// Bytes that are read at once where all are.
    private static let pieceSize = 1 << 16

    /// Lends the joined bytes a piece at a time.
    func lend(_ body: (UnsafeRawBufferPointer) throws(ContentStoreError) -> Void) throws(ContentStoreError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 64)
        defer { buffer.deallocate() }
        for start in stride(from: 0, to: byteCount, by: Self.pieceSize) {
            let space = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(Self.pieceSize, byteCount - start)])
            try read(at: start, into: space)
            try body(UnsafeRawBufferPointer(space))
        }
    }

    func bytes() throws(ContentStoreError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(byteCount)
        func append(_ piece: UnsafeRawBufferPointer) throws(ContentStoreError) { bytes += piece }
        try lend(append)
        return bytes
    }
}
