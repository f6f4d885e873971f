import CFileSystem
import Foundation
import SystemPackage

/// A file that is open to be read anywhere in it. Callable from any thread.
final class OpenFile: Sendable {
    let path: FilePath
    private let descriptor: CInt

    /// - Returns: nil where there is no such file.
    /// - Throws: what the system says.
    init?(ifThere path: FilePath) throws(ContentStoreError) {
        descriptor = cfilesystem_open_quietly(path.string)
        self.path = path
        guard descriptor < 0 else { return }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw .system(path: path, Errno(rawValue: errno), doing: "reading")
    }

    deinit {
        if descriptor >= 0 { _ = Foundation.close(descriptor) }
    }

    func size() throws(ContentStoreError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw .system(path: path, Errno(rawValue: errno), doing: "reading")
        }
        return Int(status.st_size)
    }

    /// Fills a buffer from an offset on.
    ///
    /// - Returns: false where the file ends before.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ContentStoreError) -> Bool {
        try read(upTo: buffer, at: offset) == buffer.count
    }

    /// Fills a buffer from an offset on, as far as the file goes.
    ///
    /// - Returns: the bytes that were read.
    func read(upTo buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(ContentStoreError) -> Int {
        var done = 0
        while done < buffer.count {
            let count = pread(
                descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(path: path, Errno(rawValue: errno), doing: "reading") }
            guard count > 0 else { break }
            done += count
        }
        return done
    }
}
