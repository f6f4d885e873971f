import SystemPackage

/// Writes a file whole or not at all.
public enum AtomicFile {
    /// Writes beside the file, makes it durable, and puts it in place.
    ///
    /// - Throws: `LanguageModelsError.unreadable` with the system's error.
    public static func write(_ bytes: [UInt8], to path: FilePath) throws(LanguageModelsError) {
        let staged = FilePath(path.string + ".part")
        do {
            let descriptor = try FileDescriptor.open(
                staged, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: .init(rawValue: 0o644))
            try descriptor.closeAfter {
                try descriptor.writeAll(bytes)
                guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
            guard rename(staged.string, path.string) == 0 else { throw Errno(rawValue: errno) }
            try synchronise(folderOf: path)
        } catch {
            // What was written so far is of no use; that it may stay changes nothing.
            unlink(staged.string)
            throw .unreadable(path: path, (error as? Errno) ?? .ioError)
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
