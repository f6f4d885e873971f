import SystemPackage

/// Bytes that arrive a piece at a time: a file, or memory.
struct ByteSource: ~Copyable {
    private enum Origin {
        case file(FileDescriptor, FilePath)
        case memory([UInt8])
    }

    private var origin: Origin
    private var offset = 0
    /// What was read last: kept, so that the same memory is used each time.
    private var piece: [UInt8] = []

    /// So little that what was read is still in the processor's cache when it is copied.
    private static let pieceSize = 1 << 17

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

    /// Memory to read into. It is not cleared: ten thousand small files would spend more time on that than on reading.
    private static func space(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { _, used in used = count }
    }

    /// Appends `count` bytes, or fewer at the end; false where there are none.
    mutating func read(_ count: Int, into buffer: inout [UInt8]) throws(DatasetFormatsError) -> Bool {
        switch origin {
        case .memory(let bytes):
            let end = min(bytes.count, offset + count)
            buffer += bytes[offset..<end]
            defer { offset = end }
            return end > offset
        case .file(let descriptor, let path):
            do {
                if piece.count < min(count, Self.pieceSize) { piece = Self.space(min(count, Self.pieceSize)) }
                var rest = count
                while rest > 0 {
                    let read = try piece.withUnsafeMutableBytes { space in
                        try descriptor.read(into: UnsafeMutableRawBufferPointer(rebasing: space.prefix(rest)))
                    }
                    buffer += piece[..<read]
                    rest -= read
                    if read == 0 { break }
                }
                return rest < count
            } catch {
                throw .unreadable(path: path, (error as? Errno) ?? .ioError)
            }
        }
    }
}
