import SystemPackage

/// Reads a file's bytes a piece at a time.
public struct FilePieceReader: ~Copyable {
    private var bytes: ByteSource

    private static let pieceSize = 1 << 20

    /// - Throws: `DatasetFormatsError.unreadable`.
    public init(path: FilePath) throws(DatasetFormatsError) { bytes = try ByteSource(path: path) }

    /// The next bytes, or nil at the end.
    ///
    /// - Throws: `DatasetFormatsError.unreadable`.
    public mutating func next() throws(DatasetFormatsError) -> [UInt8]? {
        var piece: [UInt8] = []
        return try bytes.read(Self.pieceSize, into: &piece) ? piece : nil
    }
}
