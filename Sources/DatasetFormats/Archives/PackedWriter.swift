import CArchive
import SystemPackage

/// Writes a compressed file (.gz, .zst, .xz, .bz2) or a packed one (.zip, .tar, .tar.gz, …) with libarchive. The same
/// members give the same bytes: no time and no owner is written.
public final class PackedWriter {
    /// What is written: a container or none, and a compression or none.
    public struct Form: Sendable, Hashable {
        public enum Container: Sendable, Hashable { case tar, zip }
        public enum Compression: String, Sendable, Hashable, CaseIterable { case gzip, zstd, xz, bzip2 }
        public let container: Container?
        public let compression: Compression?

        public init(container: Container?, compression: Compression?) {
            self.container = container
            self.compression = compression
        }

        /// What a file's name asks for, and the name without those endings: `rows.jsonl` and gzip for
        /// `rows.jsonl.gz`. Nil where it asks for neither.
        public static func named(_ name: String) -> (form: Form, inner: String)? {
            var inner = name
            var compression: Compression?
            func drop(_ endings: [String]) -> Bool {
                guard let ending = endings.first(where: { inner.lowercased().hasSuffix($0) }),
                    inner.count > ending.count
                else { return false }
                inner = String(inner.dropLast(ending.count))
                return true
            }
            if drop([".tgz"]) { return (Form(container: .tar, compression: .gzip), inner) }
            if drop([".zip"]) { return (Form(container: .zip, compression: nil), inner) }
            for (candidate, ending) in [(Compression.gzip, ".gz"), (.zstd, ".zst"), (.xz, ".xz"), (.bzip2, ".bz2")]
            where compression == nil && drop([ending]) {
                compression = candidate
            }
            let container: Container? = drop([".tar"]) ? .tar : nil
            guard container != nil || compression != nil else { return nil }
            return (Form(container: container, compression: compression), inner)
        }
    }

    private let path: FilePath
    private let form: Form
    private let archive: OpaquePointer
    private var isOpen = true

    /// - Parameters:
    ///   - descriptor: open for writing; stays the caller's.
    ///   - path: for messages.
    /// - Throws: `DatasetFormatsError.archive`.
    public init(_ descriptor: FileDescriptor, path: FilePath, form: Form) throws(DatasetFormatsError) {
        guard let archive = archive_write_new() else { throw .unreadable(path: path, .noMemory) }
        self.archive = archive
        self.path = path
        self.form = form
        switch form.compression {
        case .gzip:
            try check(archive_write_add_filter_gzip(archive))
            // Without this the header holds the time.
            try check(archive_write_set_filter_option(archive, "gzip", "timestamp", nil))
        case .zstd: try check(archive_write_add_filter_zstd(archive))
        case .xz: try check(archive_write_add_filter_xz(archive))
        case .bzip2: try check(archive_write_add_filter_bzip2(archive))
        case nil: break
        }
        switch form.container {
        case .tar: try check(archive_write_set_format_pax_restricted(archive))
        case .zip: try check(archive_write_set_format_zip(archive))
        case nil: try check(archive_write_set_format_raw(archive))
        }
        // The last block is not filled up: a compressed file ends where its data does.
        if form.container != .tar { archive_write_set_bytes_in_last_block(archive, 1) }
        try check(archive_write_open_fd(archive, descriptor.rawValue))
        if form.container == nil { try writeHeader(name: "data", byteCount: nil) }
    }

    deinit { archive_write_free(archive) }

    /// Begins a member.
    ///
    /// - Parameter byteCount: must be given for a tar, whose headers come first.
    /// - Throws: `DatasetFormatsError.archive`.
    public func beginMember(_ name: String, byteCount: Int?) throws(DatasetFormatsError) {
        guard form.container != nil else { return }
        try writeHeader(name: name, byteCount: byteCount)
    }

    /// Appends to the member, or to the compressed file.
    ///
    /// - Throws: `DatasetFormatsError.archive`.
    public func append(_ bytes: [UInt8]) throws(DatasetFormatsError) {
        guard !bytes.isEmpty else { return }
        let written = bytes.withUnsafeBytes { archive_write_data(archive, $0.baseAddress, $0.count) }
        guard written == bytes.count else { throw .archive(.unwritable(message), path: path) }
    }

    /// - Throws: `DatasetFormatsError.archive`.
    public func finish() throws(DatasetFormatsError) {
        guard isOpen else { return }
        isOpen = false
        try check(archive_write_close(archive))
    }

    private func writeHeader(name: String, byteCount: Int?) throws(DatasetFormatsError) {
        guard let entry = archive_entry_new() else { throw .unreadable(path: path, .noMemory) }
        defer { archive_entry_free(entry) }
        archive_entry_set_pathname_utf8(entry, name)
        archive_entry_set_filetype(entry, 0o100000)
        archive_entry_set_perm(entry, 0o644)
        archive_entry_set_mtime(entry, 0, 0)
        if let byteCount { archive_entry_set_size(entry, Int64(byteCount)) }
        try check(archive_write_header(archive, entry))
    }

    private func check(_ status: Int32) throws(DatasetFormatsError) {
        guard status == ARCHIVE_OK || status == ARCHIVE_WARN else {
            throw .archive(.unwritable(message), path: path)
        }
    }

    private var message: String {
        let words = archive_error_string(archive).map { String(cString: $0) } ?? "libarchive gives no reason"
        let number = archive_errno(archive)
        return number > 0 ? "\(words): \(Errno(rawValue: number))" : words
    }
}
