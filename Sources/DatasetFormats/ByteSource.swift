import SystemPackage

/// Bytes that arrive a piece at a time: a file, or memory.
struct ByteSource: ~Copyable {
    private enum Origin {
        case file(FileDescriptor, FilePath)
        case memory([UInt8])
    }

    private var origin: Origin
    private var offset = 0

    /// - Throws: `DatasetFormatsError.unreadable`.
    init(path: FilePath) throws(DatasetFormatsError) {
        do {
            origin = .file(try FileDescriptor.open(path, .readOnly, options: .closeOnExec), path)
        } catch {
            throw .unreadable(path: path, (error as? Errno) ?? .ioError)
        }
    }

    init(bytes: [UInt8]) { origin = .memory(bytes) }

    deinit {
        // Nothing was written, so a failure to close loses nothing.
        if case .file(let descriptor, _) = origin { try? descriptor.close() }
    }

    /// Appends up to `count` bytes; false at the end.
    mutating func read(_ count: Int, into buffer: inout [UInt8]) throws(DatasetFormatsError) -> Bool {
        switch origin {
        case .memory(let bytes):
            let end = min(bytes.count, offset + count)
            buffer += bytes[offset..<end]
            defer { offset = end }
            return end > offset
        case .file(let descriptor, let path):
            do {
                let piece = try [UInt8](unsafeUninitializedCapacity: count) { space, used in
                    used = try descriptor.read(into: UnsafeMutableRawBufferPointer(space))
                }
                buffer += piece
                return !piece.isEmpty
            } catch {
                throw .unreadable(path: path, (error as? Errno) ?? .ioError)
            }
        }
    }
}
