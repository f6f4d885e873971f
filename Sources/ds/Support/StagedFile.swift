import Foundation
import SystemPackage

/// A file that is written beside its place and put there when it is whole.
final class StagedFile {
    private let target: FilePath
    private let staged: FilePath
    private let descriptor: FileDescriptor
    private var isOpen = true
    private(set) var byteCount = 0

    init(for target: FilePath) throws {
        self.target = target
        staged = FilePath(target.string + ".part")
        do {
            descriptor = try FileDescriptor.open(
                staged, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .init(rawValue: 0o644))
        } catch {
            throw CommandError.unwritable(path: target.string, problem: "\(error)")
        }
    }

    func append(_ bytes: [UInt8]) throws {
        do {
            try descriptor.writeAll(bytes)
            byteCount += bytes.count
        } catch {
            throw CommandError.unwritable(path: target.string, problem: "\(error)")
        }
    }

    func finish() throws {
        do {
            guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
            isOpen = false
            try descriptor.close()
            guard rename(staged.string, target.string) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            throw CommandError.unwritable(path: target.string, problem: "\(error)")
        }
    }

    deinit {
        guard isOpen else { return }
        // Given up: what was written so far is of no use to anybody.
        try? descriptor.close()
        unlink(staged.string)
    }
}
