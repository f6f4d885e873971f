import Foundation
import SystemPackage

/// An object that is open, so that pieces of it can be read from anywhere in it. Callable from any thread.
///
/// Reading a piece checks nothing; `check` compares the whole with its witness, and is to be called first.
public final class ObjectFile: Sendable {
    public let object: StoredObject
    public let path: FilePath
    private let descriptor: CInt

    /// - Throws: `ContentStoreError.missingObject`, or what the system says.
    init(_ object: StoredObject, at path: FilePath) throws(ContentStoreError) {
        descriptor = Foundation.open(path.string, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw .missingObject(id: object.id, path: path) }
            throw .system(path: path, Errno(rawValue: errno), doing: "reading")
        }
        self.object = object
        self.path = path
    }

    deinit { Foundation.close(descriptor) }

    /// Bytes that are read at once where the whole is.
    private static let pieceSize = 1 << 18

    /// Reads the whole object, a piece at a time, and compares it with its witness.
    ///
    /// - Parameter look: lent each piece. That the bytes are those that were stored is known when all have passed.
    /// - Throws: `ContentStoreError.damagedObject`, or what the system says.
    public func check(_ look: (UnsafeRawBufferPointer) -> Void = { _ in }) throws(ContentStoreError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .system(path: path, Errno(rawValue: errno), doing: "reading")
        }
        guard Int(status.st_size) == object.bytes else { throw .damagedObject(id: object.id, path: path) }
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
        var done = 0
        while done < range.count {
            let count = buffer.withUnsafeMutableBytes { space in
                pread(
                    descriptor, space.baseAddress.map { $0 + done }, range.count - done,
                    off_t(range.lowerBound + done))
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(path: path, Errno(rawValue: errno), doing: "reading") }
            guard count > 0 else { throw .damagedObject(id: object.id, path: path) }
            done += count
        }
    }
}
