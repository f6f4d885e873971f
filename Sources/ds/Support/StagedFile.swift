import DatasetFormats
import Foundation
import SystemPackage

/// A file that is written beside its place and put there when it is whole.
final class StagedFile {
    private let target: FilePath
    private let staged: FilePath
    private let descriptor: FileDescriptor
    private var isOpen = true
    private var isPlaced = false
    private(set) var byteCount = 0

    /// - Parameter replaces: whether a file that is there may be written over.
    /// - Throws: `CommandError.fileExists`; `notARegularFile` for a folder, a device, a pipe or a link, which a file
    ///   put in their place would destroy.
    init(for target: FilePath, replacing replaces: Bool) throws {
        var status = stat()
        if lstat(target.string, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else { throw CommandError.notARegularFile(path: target) }
            guard replaces else { throw CommandError.fileExists(path: target) }
        }
        guard let name = target.lastComponent else { throw CommandError.notARegularFile(path: target) }
        self.target = target
        // A name of its own, so that nobody's file is written over.
        staged = target.removingLastComponent().appending(".\(name.string).\(UUID().uuidString).part")
        do {
            descriptor = try FileDescriptor.open(
                staged, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .init(rawValue: 0o644))
        } catch {
            if error as? Errno == .noSuchFileOrDirectory || error as? Errno == .notDirectory {
                throw CommandError.noSuchFolder(path: target.removingLastComponent())
            }
            throw CommandError.unwritable(path: target.string, problem: "\(error)")
        }
    }

    /// A writer that packs what it is given into this file.
    func packed(_ form: PackedWriter.Form) throws -> PackedWriter {
        try PackedWriter(descriptor, path: target, form: form)
    }

    func append(_ bytes: [UInt8]) throws {
        do {
            try descriptor.writeAll(bytes)
            byteCount += bytes.count
        } catch {
            throw CommandError.unwritable(path: target.string, problem: "\(error)")
        }
    }

    /// - Returns: how large the file is.
    @discardableResult
    func finish() throws -> Int {
        do {
            let size = try descriptor.seek(offset: 0, from: .end)
            guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
            isOpen = false
            try descriptor.close()
            guard rename(staged.string, target.string) == 0 else { throw Errno(rawValue: errno) }
            isPlaced = true
            return Int(size)
        } catch {
            throw CommandError.unwritable(path: target.string, problem: "\(error)")
        }
    }

    deinit {
        // Given up: what was written so far is of no use to anybody.
        if isOpen { try? descriptor.close() }
        if !isPlaced { unlink(staged.string) }
    }
}
