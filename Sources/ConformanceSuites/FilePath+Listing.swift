import Foundation
import SystemPackage

extension FilePath {
    var exists: Bool { FileManager.default.fileExists(atPath: string) }

    /// All bytes of the file.
    func readAll() throws -> [UInt8] {
        do {
            let descriptor = try FileDescriptor.open(self, .readOnly)
            return try descriptor.closeAfter {
                let count = Int(try descriptor.seek(offset: 0, from: .end))
                try descriptor.seek(offset: 0, from: .start)
                return try [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
                    while used < count {
                        let rest = UnsafeMutableRawBufferPointer(
                            rebasing: UnsafeMutableRawBufferPointer(buffer)[used...])
                        let read = try descriptor.read(into: rest)
                        if read == 0 { break }
                        used += read
                    }
                }
            }
        } catch {
            throw ConformanceError.unreadable(path: self, problem: "\(error)")
        }
    }

    /// Files of the folder whose names begin so, sorted.
    func files(prefix: String) throws -> [FilePath] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: string).filter { $0.hasPrefix(prefix) }
                .sorted().map { appending($0) }
        } catch {
            throw ConformanceError.unreadable(path: self, problem: "\(error)")
        }
    }
}
