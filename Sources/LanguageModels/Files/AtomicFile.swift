import SystemPackage

/// Writes a file whole or not at all.
public enum AtomicFile {
    /// What a file is called beside its name while it is written; a process that dies leaves it so.
    public static let stagedSuffix = ".part"

    /// Writes beside the file, makes it durable, and puts it in place.
    ///
    /// - Throws: `LanguageModelsError.unreadable` with the system's error.
    public static func write(_ bytes: [UInt8], to path: FilePath) throws(LanguageModelsError) {
        try write(to: path) { file throws(LanguageModelsError) in try file.append(bytes) }
    }

    /// The same for a file that is made piece by piece.
    ///
    /// - Throws: `LanguageModelsError.unreadable` with the system's error, or what `body` throws.
    static func write(
        to path: FilePath, _ body: (Staged) throws(LanguageModelsError) -> Void
    ) throws(LanguageModelsError) {
        let staged = FilePath(path.string + stagedSuffix)
        do {
            let descriptor = try FileDescriptor.open(
                staged, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .init(rawValue: 0o644))
            try descriptor.closeAfter {
                try body(Staged(descriptor: descriptor, path: path))
                guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
            guard rename(staged.string, path.string) == 0 else { throw Errno(rawValue: errno) }
            try synchronise(folderOf: path)
        } catch {
            // What was written so far is of no use; that it may stay changes nothing.
            unlink(staged.string)
            if let error = error as? LanguageModelsError { throw error }
            throw .unreadable(path: path, (error as? Errno) ?? .ioError)
        }
    }

    /// A file that is being written and does not have its name yet.
    struct Staged {
        fileprivate let descriptor: FileDescriptor
        fileprivate let path: FilePath

        func append(_ bytes: some Sequence<UInt8>) throws(LanguageModelsError) {
            do {
                try descriptor.writeAll(bytes)
            } catch {
                throw .unreadable(path: path, (error as? Errno) ?? .ioError)
            }
        }
    }

    /// The new name is durable only when its folder is.
    private static func synchronise(folderOf path: FilePath) throws {
        let folder = path.removingLastComponent()
        let descriptor = try FileDescriptor.open(folder.isEmpty ? "." : folder, .readOnly, options: .closeOnExec)
        try descriptor.closeAfter {
            guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
        }
    }
}

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
