import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file mapped for reading. The one place in this module that touches raw memory; every access is checked.
final class MappedFile: @unchecked Sendable {
    // The mapping is read-only and lives as long as this object, so sharing it is safe.
    private let base: UnsafeRawPointer?
    let byteCount: Int
    let path: FilePath

    /// - Throws: `LanguageModelsError.unreadable`.
    init(path: FilePath) throws(LanguageModelsError) {
        self.path = path
        do {
            let descriptor = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
            defer {
                // Nothing was written, so a failure to close loses nothing.
                try? descriptor.close()
            }
            byteCount = Int(try descriptor.seek(offset: 0, from: .end))
            guard byteCount > 0 else {
                base = nil
                return
            }
            guard let mapping = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor.rawValue, 0),
                mapping != MAP_FAILED
            else { throw Errno(rawValue: errno) }
            base = UnsafeRawPointer(mapping)
        } catch {
            throw .unreadable(path: path, (error as? Errno) ?? .ioError)
        }
    }

    deinit {
        if let base { munmap(UnsafeMutableRawPointer(mutating: base), byteCount) }
    }

    /// Lends bytes that the caller has checked to be inside.
    func withBytes<Result>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount)
        return try body(UnsafeRawBufferPointer(start: base.map { $0 + range.lowerBound }, count: range.count))
    }

    /// A copy of some bytes, or nil where the file does not have them.
    func bytes(at offset: Int, count: Int) -> [UInt8]? {
        guard offset >= 0, count >= 0, count <= byteCount, offset <= byteCount - count else { return nil }
        return withBytes(offset..<offset + count) { Array($0) }
    }

    /// A little-endian integer, or nil where the file does not have it.
    func integer<Value: FixedWidthInteger>(at offset: Int, as type: Value.Type) -> Value? {
        let size = MemoryLayout<Value>.size
        guard offset >= 0, offset <= byteCount - size else { return nil }
        return withBytes(offset..<offset + size) { Value(littleEndian: $0.loadUnaligned(as: Value.self)) }
    }

    /// Says that the pages will not be needed soon, so that they do not count as this process's memory.
    func release() {
        if let base { madvise(UnsafeMutableRawPointer(mutating: base), byteCount, MADV_DONTNEED) }
    }
}
