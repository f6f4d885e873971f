/// A file inside an archive.
public struct ArchiveMember: Sendable, Hashable {
    /// Its path inside the archive; nil in a compressed file that is no archive.
    public let name: String?
    /// The bytes it says that it unpacks to, where it says.
    public let byteCount: Int?
}
