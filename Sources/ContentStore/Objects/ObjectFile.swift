import SystemPackage

/// An object that is open, so that pieces of it can be read from anywhere in it. Callable from any thread.
///
/// Reading a piece checks nothing; `check` compares the whole with its witness, and is to be called first.
public final class ObjectFile: Sendable {
    public let object: StoredObject
    private let content: Content

    private enum Content: Sendable {
        case whole(OpenFile)
        case joined(JoinedObject)
    }

    init(_ object: StoredObject, whole: OpenFile) {
        self.object = object
        content = .whole(whole)
    }

    init(_ object: StoredObject, joined: JoinedObject) {
        self.object = object
        content = .joined(joined)
    }

    public var path: FilePath {
        switch content {
        case .whole(let file): file.path
        case .joined(let file): file.path
        }
    }

    /// Files that are open for it: an object in parts has those of its bases open too.
    public var fileCount: Int {
        switch content {
        case .whole: 1
        case .joined(let file): file.fileCount
        }
    }

    /// Bytes that are read at once where the whole is.
    private static let pieceSize = 1 << 18

    /// Reads the whole object, a piece at a time, and compares it with its witness.
    ///
    /// - Parameter look: lent each piece. That the bytes are those that were stored is known when all have passed.
    /// - Throws: `ContentStoreError.damagedObject`, or what the system says.
    public func check(_ look: (UnsafeRawBufferPointer) -> Void = { _ in }) throws(ContentStoreError) {
        let byteCount =
            switch content {
            case .whole(let file): try file.size()
            case .joined(let file): file.byteCount
            }
        guard byteCount == object.bytes else { throw .damagedObject(id: object.id, path: path) }
        let hasher = try WitnessHasher()
        var buffer = [UInt8](repeating: 0, count: min(Self.pieceSize, object.bytes))
        for start in stride(from: 0, to: object.bytes, by: Self.pieceSize) {
            let piece = start..<min(object.bytes, start + Self.pieceSize)
            try read(piece, into: &buffer)
            buffer.withUnsafeBytes { bytes in
                let read = UnsafeRawBufferPointer(rebasing: bytes[..<piece.count])
                hasher.update(read)
                look(read)
            }
        }
        guard hasher.finish() == object.witness else { throw .damagedObject(id: object.id, path: path) }
    }

    /// Reads some of its bytes.
    ///
    /// - Parameter buffer: grown to hold them; they are in its first bytes afterwards.
    /// - Throws: `ContentStoreError.damagedObject` where the object ends before them, or what the system says.
    public func read(_ range: Range<Int>, into buffer: inout [UInt8]) throws(ContentStoreError) {
        guard range.lowerBound >= 0, range.upperBound <= object.bytes else {
            throw .damagedObject(id: object.id, path: path)
        }
        // Twice as long as before, so that growing costs no more than reading.
        if buffer.count < range.count {
            buffer = [UInt8](repeating: 0, count: min(max(range.count, buffer.count * 2), object.bytes))
        }
        let outcome = buffer.withUnsafeMutableBytes { bytes in
            Result { () throws(ContentStoreError) in
                try fill(UnsafeMutableRawBufferPointer(rebasing: bytes[..<range.count]), from: range.lowerBound)
            }
        }
        try outcome.get()
    }

    private func fill(_ space: UnsafeMutableRawBufferPointer, from offset: Int) throws(ContentStoreError) {
        switch content {
        case .whole(let file):
            guard try file.read(at: offset, into: space) else { throw .damagedObject(id: object.id, path: path) }
        case .joined(let file): try file.read(at: offset, into: space)
        }
    }
}
