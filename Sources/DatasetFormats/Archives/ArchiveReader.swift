import CArchive
import SystemPackage

/// Reads the members of a packed file (.zip, .tar), or what a compressed one (.gz, .zst, .xz, .bz2) holds, one after
/// another and in bounded memory, with libarchive.
///
/// A member whose path is absolute or climbs out, that is a link or a device, or that is encrypted, is refused by
/// name, and so is a file that grows beyond the limits.
public final class ArchiveReader {
    public let path: FilePath
    private let limits: ArchiveLimits
    private let archive: OpaquePointer
    private var unpackedCount = 0
    private var memberCount = 0
    private var seen: Set<MemberName> = []
    /// What was read last, kept so that small members need no memory of this size each.
    private var piece: [UInt8] = []

    private static let blockSize = 1 << 16

    /// A name as its bytes: two that only look alike are two. Hashed all at once, where an array hashes a byte at a
    /// time.
    private struct MemberName: Hashable {
        let bytes: [UInt8]

        func hash(into hasher: inout Hasher) {
            bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        }
    }

    /// - Throws: `DatasetFormatsError.archive`, `unreadable`.
    public init(path: FilePath, limits: ArchiveLimits = .standard) throws(DatasetFormatsError) {
        self.path = path
        self.limits = limits
        // libarchive words a missing file poorly, and reads folders as empty.
        _ = try ByteSource(path: path)
        guard let archive = archive_read_new() else { throw .unreadable(path: path, .noMemory) }
        self.archive = archive
        archive_read_support_filter_all(archive)
        archive_read_support_format_tar(archive)
        archive_read_support_format_zip(archive)
        archive_read_support_format_raw(archive)
        archive_read_support_format_empty(archive)
        guard archive_read_open_filename(archive, path.string, Self.blockSize) == ARCHIVE_OK else {
            throw .archive(.unreadable(message), path: path)
        }
    }

    deinit { archive_read_free(archive) }

    /// Whether it is a tar; known once a member was read.
    var isTar: Bool { archive_format(archive) & ARCHIVE_FORMAT_BASE_MASK == ARCHIVE_FORMAT_TAR }

    /// Moves on to the next file; folders are passed over. Nil after the last.
    ///
    /// - Throws: `DatasetFormatsError.archive`.
    public func nextMember() throws(DatasetFormatsError) -> ArchiveMember? {
        while true {
            var entry: OpaquePointer?
            let status = archive_read_next_header(archive, &entry)
            if status == ARCHIVE_EOF { return nil }
            guard status == ARCHIVE_OK || status == ARCHIVE_WARN, let entry else {
                throw .archive(.unreadable(message), path: path)
            }
            memberCount += 1
            guard memberCount <= limits.maximumMembers else {
                throw .archive(.tooManyMembers(limit: limits.maximumMembers), path: path)
            }
            let size = archive_entry_size_is_set(entry) != 0 ? Int(exactly: archive_entry_size(entry)) : nil
            let format = archive_format(archive)
            if format == ARCHIVE_FORMAT_RAW { return ArchiveMember(name: nil, byteCount: size) }
            let name = try safeName(of: entry)
            let type = archive_entry_filetype(entry)
            if type == ArchiveFileType.folder { continue }
            guard type == ArchiveFileType.regular || type == 0 else {
                throw refusal(name, type == ArchiveFileType.link ? .link : .device)
            }
            guard archive_entry_is_encrypted(entry) == 0 else { throw refusal(name, .encrypted) }
            guard seen.insert(MemberName(bytes: Array(name.utf8))).inserted else { throw refusal(name, .duplicate) }
            return ArchiveMember(name: name, byteCount: size)
        }
    }

    /// Appends the next bytes of the member; false at its end.
    ///
    /// - Throws: `DatasetFormatsError.archive`.
    public func read(into buffer: inout [UInt8]) throws(DatasetFormatsError) -> Bool {
        if piece.isEmpty { piece = [UInt8](repeating: 0, count: Self.blockSize) }
        let count = piece.withUnsafeMutableBytes { archive_read_data(archive, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw .archive(.unreadable(message), path: path) }
        guard count > 0 else { return false }
        unpackedCount += count
        try checkGrowth()
        buffer += piece[..<count]
        return true
    }

    private func checkGrowth() throws(DatasetFormatsError) {
        guard unpackedCount <= limits.maximumBytes else {
            throw .archive(.tooLarge(limit: limits.maximumBytes), path: path)
        }
        guard unpackedCount > limits.freeBytes else { return }
        let packedCount = max(1, Int(clamping: archive_filter_bytes(archive, -1)))
        let ratio = unpackedCount / packedCount
        guard ratio <= limits.maximumRatio else {
            throw .archive(.growsTooMuch(ratio: ratio, limit: limits.maximumRatio), path: path)
        }
    }

    private func safeName(of entry: OpaquePointer) throws(DatasetFormatsError) -> String {
        guard let name = storedName(of: entry) else { throw refusal("number \(memberCount)", .nameNotUTF8) }
        if archive_entry_hardlink(entry) != nil || archive_entry_symlink(entry) != nil { throw refusal(name, .link) }
        if name.hasPrefix("/") || name.hasPrefix("\\") || Self.hasDriveLetter(name) {
            throw refusal(name, .absolutePath)
        }
        // A name of one part, as most samples have, is taken as it is.
        let hasSeparators = name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }
        if !hasSeparators, name.utf8.first != UInt8(ascii: ".") { return name }
        let parts = name.split(omittingEmptySubsequences: true) { $0 == "/" || $0 == "\\" }
        if parts.contains("..") { throw refusal(name, .climbsOut) }
        // `./a//b` and `a/b` are one file.
        return parts.filter { $0 != "." }.joined(separator: "/")
    }

    private func storedName(of entry: OpaquePointer) -> String? {
        let stored = archive_entry_pathname(entry)
        // ASCII is UTF-8 already, and the library's conversion takes longer than all the rest of a small member.
        if let stored, let name = String(validatingCString: stored), name.utf8.allSatisfy({ $0 < 0x80 }) { return name }
        return (archive_entry_pathname_utf8(entry) ?? stored).flatMap { String(validatingCString: $0) }
    }

    private static func hasDriveLetter(_ name: String) -> Bool {
        let start = Array(name.utf8.prefix(2))
        return start.count == 2 && start[1] == UInt8(ascii: ":") && (start[0] | 0x20) >= UInt8(ascii: "a")
            && (start[0] | 0x20) <= UInt8(ascii: "z")
    }

    private func refusal(_ name: String, _ hazard: ArchiveDefect.Hazard) -> DatasetFormatsError {
        .archive(.unsafeMember(name: name, hazard), path: path)
    }

    private var message: String {
        archive_error_string(archive).map { String(cString: $0) } ?? "it is cut short, or damaged"
    }
}

/// The kinds of files that archives hold: POSIX's bits, which libarchive uses on every system.
private enum ArchiveFileType {
    static let regular: UInt32 = 0o100000
    static let folder: UInt32 = 0o040000
    static let link: UInt32 = 0o120000
}
