import Foundation
import Synchronization
import SystemPackage

/// A file without a name in the system's temporary folder: its bytes go with this value, or with the process.
///
/// Callable from any thread.
public final class UnnamedFile: Sendable {
    private let descriptor: FileDescriptor
    private let end = Mutex(0)

    /// The folder that files are made in: what `TMPDIR` names, or the system's own.
    public static var folder: FilePath { FilePath(FileManager.default.temporaryDirectory.path) }

    /// - Throws: what the system says, where no file can be made in the folder.
    public init() throws(Errno) {
        var path = Array(Self.folder.appending("ds-XXXXXX").string.utf8CString)
        let number = mkstemp(&path)
        guard number >= 0 else { throw Errno(rawValue: errno) }
        unlink(path)
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        descriptor = FileDescriptor(rawValue: number)
    }

    deinit {
        // Nobody can come to what was written any more.
        try? descriptor.close()
    }

    /// Appends bytes.
    ///
    /// - Returns: where they are from now on.
    /// - Throws: what the system says, as where there is no room; nothing is there to be read then.
    public func append(_ bytes: UnsafeRawBufferPointer) throws(Errno) -> Range<Int> {
        let outcome = end.withLock { end -> Result<Range<Int>, Errno> in
            Result { () throws(Errno) in
                let range = end..<end + bytes.count
                var rest = bytes
                while !rest.isEmpty {
                    let offset = Int64(range.upperBound - rest.count)
                    let count = pwrite(descriptor.rawValue, rest.baseAddress, rest.count, off_t(offset))
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { throw count < 0 ? Errno(rawValue: errno) : .ioError }
                    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
                }
                end = range.upperBound
                return range
            }
        }
        return try outcome.get()
    }

    /// Reads bytes that were appended.
    ///
    /// - Parameters:
    ///   - offset: of the first.
    ///   - buffer: is filled.
    /// - Throws: what the system says.
    public func read(from offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) {
        var rest = buffer
        while !rest.isEmpty {
            let at = off_t(offset + buffer.count - rest.count)
            let count = pread(descriptor.rawValue, rest.baseAddress, rest.count, at)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw count < 0 ? Errno(rawValue: errno) : .ioError }
            rest = UnsafeMutableRawBufferPointer(rebasing: rest.dropFirst(count))
        }
    }

    /// The same for an array.
    ///
    /// - Returns: where the bytes are from now on.
    /// - Throws: as for bytes.
    public func append(_ bytes: [UInt8]) throws(Errno) -> Range<Int> {
        let outcome = bytes.withUnsafeBytes { bytes in Result { () throws(Errno) in try append(bytes) } }
        return try outcome.get()
    }

    /// The same for an array that is kept from one call to the next.
    ///
    /// - Parameter buffer: grown to hold them; they are in its first bytes afterwards.
    /// - Throws: as for bytes.
    public func read(_ range: Range<Int>, into buffer: inout [UInt8]) throws(Errno) {
        // Twice as long as before, so that growing costs no more than reading.
        if buffer.count < range.count {
            buffer = [UInt8](repeating: 0, count: max(range.count, buffer.count * 2))
        }
        let outcome = buffer.withUnsafeMutableBytes { bytes in
            Result { () throws(Errno) in
                try read(
                    from: range.lowerBound, into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<range.count]))
            }
        }
        try outcome.get()
    }
}
