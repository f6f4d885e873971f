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
        guard mkdir(path.string, 0o777) == 0 || errno == EEXIST else {
            // The folder above is there, so that this says only that nothing can be made in it, as in /proc.
            if errno == ENOENT { throw .system(path: path, .permissionDenied, doing: "making the folder") }
            throw system(path, "making the folder")
        }
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

    /// A file's size, or nil where it is not there.
    static func sizeIfThere(_ path: FilePath) throws(ContentStoreError) -> Int? {
        do {
            return try size(path)
        } catch {
            guard case .system(_, let errno, _) = error, errno == .noSuchFileOrDirectory || errno == .notDirectory
            else { throw error }
            return nil
        }
    }

    /// The bytes of all files in a folder and those below it; of those that go meanwhile none.
    static func treeSize(_ path: FilePath) throws(ContentStoreError) -> Int {
        guard isFolder(path) else { return try sizeIfThere(path) ?? 0 }
        var total = 0
        for name in (try? list(path)) ?? [] { total += try treeSize(path.appending(name)) }
        return total
    }

    /// Whether a path is on a disk of this machine, whose folders all see alike at once. What is not known is not.
    static func isLocal(_ path: FilePath) throws(ContentStoreError) -> Bool {
        let type = cfilesystem_type(path.string)
        guard type >= 0 else { throw system(path, "asking for its file system") }
        // statfs(2): ext, xfs, btrfs, tmpfs, overlayfs, f2fs, zfs, bcachefs, ramfs, exfat, vfat, and 9p, which keeps
        // nothing of a folder unless it is told to.
        return [
            0xEF53, 0x5846_5342, 0x9123_683E, 0x0102_1994, 0x794C_7630, 0xF2F5_2010, 0x2FC1_2FC1, 0xCA45_1A4E,
            0x8584_58F6, 0x2011_BAB0, 0x4D44, 0x0102_1997,
        ].contains(type)
    }

    /// Bytes that may still be written on the file system of a path.
    static func freeBytes(_ path: FilePath) throws(ContentStoreError) -> Int {
        var status = statvfs()
        guard statvfs(path.string, &status) == 0 else { throw system(path, "asking for free space") }
        return Int(
            clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
    }

    /// A file's permissions, or nil where it is not there.
    static func mode(_ path: FilePath) throws(ContentStoreError) -> Int? {
        var status = stat()
        guard lstat(path.string, &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw system(path, "reading") }
            return nil
        }
        return Int(status.st_mode & 0o7777)
    }

    static func mayWrite(_ path: FilePath) -> Bool { access(path.string, W_OK) == 0 }

    /// When a file was last written, in seconds since 1970 by the clock of its file system; nil where it is not there.
    static func modifiedIfThere(_ path: FilePath) throws(ContentStoreError) -> Double? {
        var status = stat()
        guard lstat(path.string, &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw system(path, "reading") }
            return nil
        }
        return Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9
    }

    /// Lends a file's bytes a piece at a time.
    static func read(
        _ path: FilePath, _ body: (UnsafeRawBufferPointer) throws(ContentStoreError) -> Void
    ) throws(ContentStoreError) {
        let descriptor = open(path.string, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw system(path, "reading") }
        defer { close(descriptor) }
        // So little that what was read is still in the processor's cache when it is looked at.
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw system(path, "reading") }
            if count == 0 { return }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// Bytes of a file from an offset on; nil where it is too short.
    static func read(_ path: FilePath, offset: Int, count: Int) throws(ContentStoreError) -> [UInt8]? {
        let descriptor = open(path.string, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw system(path, "reading") }
        defer { close(descriptor) }
        guard let size = try sizeIfThere(path), offset >= 0, count >= 0, offset <= size, count <= size - offset else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let read = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress.map { $0 + done }, count - done, off_t(offset + done))
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw system(path, "reading") }
            if read == 0 { return nil }
            done += read
        }
        return bytes
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

    /// Removes a folder if nothing is in it.
    static func removeFolderIfEmpty(_ path: FilePath) throws(ContentStoreError) {
        guard rmdir(path.string) == 0 || errno == ENOTEMPTY || errno == EEXIST || errno == ENOENT else {
            throw system(path, "removing")
        }
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
