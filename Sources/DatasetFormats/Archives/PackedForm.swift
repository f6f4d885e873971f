/// Whether bytes are packed or compressed, by how they begin.
public enum PackedForm: String, Sendable, Hashable, CaseIterable {
    case gzip, zstd, xz, bzip2, zip, tar

    /// Bytes of a file's beginning that are enough to tell.
    public static let prefixCount = 512

    public init?(beginning: [UInt8]) {
        let signatures: [(PackedForm, [UInt8])] = [
            (.gzip, [0x1F, 0x8B]), (.zstd, [0x28, 0xB5, 0x2F, 0xFD]), (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]),
            (.bzip2, Array("BZh".utf8)), (.zip, [0x50, 0x4B, 0x03, 0x04]), (.zip, [0x50, 0x4B, 0x05, 0x06]),
        ]
        if let (form, _) = signatures.first(where: { beginning.starts(with: $0.1) }) {
            self = form
        } else if beginning.count >= 262, beginning[257..<262].elementsEqual("ustar".utf8) {
            self = .tar
        } else {
            return nil
        }
    }
}
