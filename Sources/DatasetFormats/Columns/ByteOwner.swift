import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Memory that slices of it keep alive: a mapped file, or a piece of the heap.
final class ByteOwner: @unchecked Sendable {
    // Sharing is safe: heap memory is written only while `ByteBuffer` or `GrowingColumn` fills it, a mapping is read-only.
    let base: UnsafeMutableRawPointer
    let count: Int
    private let isMapping: Bool

    private init(base: UnsafeMutableRawPointer, count: Int, isMapping: Bool) {
        self.base = base
        self.count = count
        self.isMapping = isMapping
    }

    /// - Throws: `DatasetFormatsError.unreadable`.
    static func map(path: FilePath) throws(DatasetFormatsError) -> ByteOwner {
        do {
            let descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            defer {
                // Nothing was written, so a failure to close loses nothing.
                try? descriptor.close()
            }
            var status = stat()
            guard fstat(descriptor.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
            guard status.st_mode & S_IFMT != S_IFDIR else { throw Errno.isDirectory }
            let count = Int(try descriptor.seek(offset: 0, from: .end))
            guard count > 0 else { return allocate(0) }
            guard let mapping = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor.rawValue, 0),
                mapping != MAP_FAILED
            else { throw Errno(rawValue: errno) }
            return ByteOwner(base: mapping, count: count, isMapping: true)
        } catch {
            throw .unreadable(path: path, (error as? Errno) ?? .ioError)
        }
    }

    static func allocate(_ count: Int) -> ByteOwner {
        // Room to spare, so that eight bytes can be loaded anywhere inside, and so that nothing is never empty.
        let base = UnsafeMutableRawPointer.allocate(byteCount: count + 16, alignment: 16)
        (base + count).initializeMemory(as: UInt8.self, repeating: 0, count: 16)
        return ByteOwner(base: base, count: count, isMapping: false)
    }

    deinit {
        if isMapping { munmap(base, count) } else { base.deallocate() }
    }
}
