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
                var rest = count
                while rest > 0 {
                    let read = try Self.read(rest, from: descriptor, into: &buffer)
                    rest -= read
                    if read == 0 { break }
                }
                return rest < count
            } catch {
                throw .unreadable(path: path, (error as? Errno) ?? .ioError)
            }
        }
    }

    /// One read, right behind what the buffer holds: memory that nobody has to clear.
    private static func read(
        _ count: Int, from descriptor: FileDescriptor, into buffer: inout [UInt8]
    ) throws -> Int {
        var read = 0
        try buffer.append(addingCapacity: count) { (space: inout OutputSpan<UInt8>) in
            try space.withUnsafeMutableBufferPointer { bytes, used in
                read = try descriptor.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(bytes)[used...]))
                used += read
            }
        }
        return read
    }
}
