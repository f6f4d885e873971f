#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where the lines of a shard begin, found while its bytes pass a piece at a time: faster than its rows are found by
/// their brackets and quotes.
///
/// Only lines from an opening to a closing brace count. In valid rows a closing brace, a line feed and an opening brace
/// follow each other between two rows and nowhere else: a string holds no line feed, and a comma stands between two
/// objects inside of a row. So each line is one row or several, and as many lines as there are rows are the rows.
public struct JSONLineStarts: Sendable {
    private var starts: [UInt32] = []
    private var passed = 0
    private var last = Self.lineFeed
    private var isUsable = true

    private static let lineFeed = UInt8(ascii: "\n")

    public init() {}

    /// - Parameter piece: what follows; all pieces together are no more than 4 GB.
    public mutating func append(_ piece: UnsafeRawBufferPointer) {
        guard isUsable, let base = piece.baseAddress, let first = piece.first else { return }
        // A shard may begin with the line feed after the row before it.
        var position = passed == 0 && first == Self.lineFeed ? 1 : 0
        if last == Self.lineFeed, position < piece.count { begin(with: piece[position], at: position) }
        while isUsable, position < piece.count,
            let found = memchr(base + position, Int32(Self.lineFeed), piece.count - position)
        {
            let feed = base.distance(to: UnsafeRawPointer(found))
            if (feed > 0 ? piece[feed - 1] : last) != UInt8(ascii: "}") { isUsable = false }
            position = feed + 1
            if position < piece.count { begin(with: piece[position], at: position) }
        }
        passed += piece.count
        last = piece[piece.count - 1]
    }

    private mutating func begin(with byte: UInt8, at position: Int) {
        if byte != UInt8(ascii: "{") { isUsable = false }
        starts.append(UInt32(truncatingIfNeeded: passed + position))
    }

    /// The beginnings, or nil where a line is not from brace to brace.
    public func finish() -> [UInt32]? {
        isUsable && (last == UInt8(ascii: "}") || last == Self.lineFeed) ? starts : nil
    }
}
