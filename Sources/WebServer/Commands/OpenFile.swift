import SystemPackage

/// A descriptor that closes itself.
final class OpenFile: Sendable {
    let descriptor: FileDescriptor

    init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

    /// - Throws: `WebServerError.unreadable`.
    convenience init(
        _ path: FilePath, _ mode: FileDescriptor.AccessMode, options: FileDescriptor.OpenOptions = []
    ) throws(WebServerError) {
        do {
            self.init(
                try FileDescriptor.open(
                    path, mode, options: options.union(.closeOnExec), permissions: [.ownerReadWrite]))
        } catch {
            throw .unreadable(path: path, error as? Errno ?? .ioError)
        }
    }

    deinit { try? descriptor.close() }

    /// Bytes from a place on, at most so many; fewer only at the end of the file.
    func read(from offset: Int64, count: Int) throws(WebServerError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var piece = [UInt8](repeating: 0, count: min(count - bytes.count, 1 << 16))
            do {
                let read = try piece.withUnsafeMutableBytes {
                    try descriptor.read(fromAbsoluteOffset: offset + Int64(bytes.count), into: $0)
                }
                if read == 0 { break }
                bytes += piece[..<read]
            } catch {
                throw .unreadable(path: "file", error as? Errno ?? .ioError)
            }
        }
        return bytes
    }

    /// - Throws: `WebServerError.unreadable`, also for a full disk.
    func append(_ bytes: some Sequence<UInt8>, path: FilePath) throws(WebServerError) {
        do {
            _ = try descriptor.writeAll(bytes)
        } catch {
            throw .unreadable(path: path, error as? Errno ?? .ioError)
        }
    }

    var size: Int64 { (try? descriptor.seek(offset: 0, from: .end)) ?? 0 }
}
