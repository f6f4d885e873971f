import CFileSystem
import Foundation
import SystemPackage

/// What the store asks of the operating system, with its errors made the store's.
enum FileSystem {
    private static func system(_ path: FilePath, _ doing: String) -> ContentStoreError {
        .system(path: path, Errno(rawValue: errno), doing: doing)
    }

    static func exists(_ path: FilePath) -> Bool { access(path.string, F_OK) == 0 }

    static func isFolder(_ path: FilePath) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path.string, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// Makes a folder and those above it.
    static func createFolder(_ path: FilePath) throws(ContentStoreError) {
        if isFolder(path) { return }
        let parent = path.removingLastComponent()
        if !parent.isEmpty, parent != path { try createFolder(parent) }
        guard mkdir(path.string, 0o777) == 0 || errno == EEXIST else { throw system(path, "making the folder") }
    }

    /// The names in a folder, sorted.
    static func list(_ path: FilePath) throws(ContentStoreError) -> [String] {
        guard let folder = opendir(path.string) else { throw system(path, "listing the folder") }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// A file's bytes, or nil where there is no such file.
    static func readIfThere(_ path: FilePath) throws(ContentStoreError) -> [UInt8]? {
        var bytes: [UInt8] = []
        func append(_ piece: UnsafeRawBufferPointer) throws(ContentStoreError) { bytes += piece }
        do {
            // Without a look first whether it is there: another process may remove it after the look.
            bytes.reserveCapacity(try size(path))
            try read(path, append)
        } catch {
            guard case .system(_, let errno, _) = error, errno == .noSuchFileOrDirectory || errno == .notDirectory
            else {
                throw error
            }
            return nil
        }
        return bytes
    }

    static func size(_ path: FilePath) throws(ContentStoreError) -> Int {
        var status = stat()
        guard stat(path.string, &status) == 0 else { throw system(path, "reading") }
        return Int(status.st_size)
    }

    /// Lends a file's bytes a piece at a time.
    static func read(
        _ path: FilePath, _ body: (UnsafeRawBufferPointer) throws(ContentStoreError) -> Void
    ) throws(ContentStoreError) {
        let descriptor = open(path.string, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw system(path, "reading") }
        defer { close(descriptor) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw system(path, "reading") }
            if count == 0 { return }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// Makes a new file with these bytes; the caller makes it durable.
    static func write(_ bytes: [UInt8], to path: FilePath) throws(ContentStoreError) {
        let file = try NewFile(path: path)
        try bytes.withUnsafeBufferPointer { piece throws(ContentStoreError) in
            try file.append(UnsafeRawBufferPointer(piece))
        }
        try file.close()
    }

    /// Makes a file's bytes, or a folder's entries, durable.
    static func synchronise(_ path: FilePath) throws(ContentStoreError) {
        let descriptor = open(path.string, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw system(path, "opening") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw system(path, "making durable") }
    }

    /// Makes everything on the path's file system durable.
    static func synchroniseAll(on path: FilePath) throws(ContentStoreError) {
        let descriptor = open(path.string, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw system(path, "opening") }
        defer { close(descriptor) }
        guard cfilesystem_synchronise(descriptor) == 0 else { throw system(path, "making durable") }
    }

    static func setReadOnly(_ path: FilePath) throws(ContentStoreError) {
        guard chmod(path.string, 0o444) == 0 else { throw system(path, "protecting") }
    }

    static func rename(_ from: FilePath, to: FilePath) throws(ContentStoreError) {
        guard Glibc.rename(from.string, to.string) == 0 else { throw system(to, "putting in place") }
    }

    /// Gives a file a second name, unless that is taken.
    ///
    /// - Returns: whether the name was free.
    static func link(_ from: FilePath, to: FilePath) throws(ContentStoreError) -> Bool {
        if Glibc.link(from.string, to.string) == 0 { return true }
        guard errno == EEXIST else { throw system(to, "making") }
        return false
    }

    static func symlink(_ target: String, at path: FilePath) throws(ContentStoreError) {
        guard Glibc.symlink(target, path.string) == 0 else { throw system(path, "making the link") }
    }

    /// Removes a file, if it is there.
    static func remove(_ path: FilePath) throws(ContentStoreError) {
        guard unlink(path.string) == 0 || errno == ENOENT else { throw system(path, "removing") }
    }

    /// Removes a folder and all in it, or a file, if it is there.
    static func removeTree(_ path: FilePath) throws(ContentStoreError) {
        var status = stat()
        guard lstat(path.string, &status) == 0 else {
            guard errno == ENOENT else { throw system(path, "removing") }
            return
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { return try remove(path) }
        for name in try list(path) { try removeTree(path.appending(name)) }
        guard rmdir(path.string) == 0 || errno == ENOENT else { throw system(path, "removing") }
    }
}
