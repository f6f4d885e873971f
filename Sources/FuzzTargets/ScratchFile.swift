import Foundation
import SystemPackage

/// A file of this process, for what is read from a path: mapped, or by a C library.
enum ScratchFile {
    static let folder: FilePath = {
        let path = FilePath(FileManager.default.temporaryDirectory.path).appending("ds-fuzz-\(getpid())")
        // Where it cannot be made, nothing can be written into it, which `with` tells.
        try? FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
        return path
    }()

    static func with(_ bytes: [UInt8], named name: String, _ body: (FilePath) throws -> Void) throws {
        let path = folder.appending(name)
        try Data(bytes).write(to: URL(fileURLWithPath: path.string))
        defer {
            // Overwritten by the next one where it cannot be removed.
            try? FileManager.default.removeItem(atPath: path.string)
        }
        try body(path)
    }
}
