/// The bytes of a file that were read and are not all used yet, for readers that find out as they go how much they need.
struct ReadBuffer: ~Copyable {
    private var source: ByteSource
    private(set) var bytes: [UInt8] = []
    /// Where in `bytes` that begins which is not used yet.
    var start = 0
    /// Where in the file `bytes` begin.
    private(set) var offset = 0
    private(set) var isAtEnd = false

    private static let pieceSize = 1 << 20
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    init(_ source: consuming ByteSource) { self.source = source }

    /// Bytes that are at hand and not used yet.
    var unusedCount: Int { bytes.count - start }

    mutating func skipByteOrderMark() throws(DatasetFormatsError) {
        while bytes.count < Self.byteOrderMark.count, try grow() {}
        if bytes.starts(with: Self.byteOrderMark) { start = Self.byteOrderMark.count }
    }

    /// Lets go of what is used, once it is worth moving the rest.
    mutating func discardUsed() {
        guard start >= Self.pieceSize else { return }
        offset += start
        bytes.removeFirst(start)
        start = 0
    }

    /// Reads on, at least as much again as is not used yet, so that finding the end of something long costs no more
    /// than twice its length.
    ///
    /// - Returns: false at the end.
    mutating func grow() throws(DatasetFormatsError) -> Bool {
        guard !isAtEnd else { return false }
        let read = try source.read(max(Self.pieceSize, unusedCount), into: &bytes)
        if !read { isAtEnd = true }
        return read
    }
}
