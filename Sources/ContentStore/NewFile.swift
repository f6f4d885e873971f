import Foundation
import SystemPackage

/// A file that is being written for the first time.
final class NewFile {
    let path: FilePath
    private var descriptor: CInt

    /// - Throws: `ContentStoreError.system`, also where the file is there already.
    init(path: FilePath) throws(ContentStoreError) {
        self.path = path
        descriptor = open(path.string, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system(path: path, Errno(rawValue: errno), doing: "writing") }
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(ContentStoreError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(path: path, Errno(rawValue: errno), doing: "writing") }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// - Throws: where the system says only now that a write failed.
    func close() throws(ContentStoreError) {
        let descriptor = descriptor
        self.descriptor = -1
        guard Glibc.close(descriptor) == 0 else { throw .system(path: path, Errno(rawValue: errno), doing: "writing") }
    }

    deinit {
        // Only a file that is given up is closed here.
        if descriptor >= 0 { _ = Glibc.close(descriptor) }
    }
}
