/// Finds the rows in a piece of a JSON file that was cut just before a row: a shard.
public enum JSONRowScanner {
    /// The ranges of the values in `bytes`. Whatever may stand between rows is passed over, for the file's reader
    /// has checked it.
    ///
    /// - Throws: `malformed` where a value does not end.
    public static func rowRanges(in bytes: [UInt8], source: String) throws(DatasetFormatsError) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var mayOpen = true
        let end = bytes.withUnsafeBufferPointer { buffer in
            let first = markSize(buffer)
            let rest = UnsafeBufferPointer(rebasing: buffer[first...])
            return first
                + scan(rest, mayOpen: &mayOpen, isFinal: true) {
                    ranges.append($0.lowerBound + first..<$0.upperBound + first)
                }
        }
        guard end == bytes.count else { throw unfinished(end, row: ranges.count, source: source) }
        return ranges
    }

    /// Goes through the values of a piece.
    ///
    /// - Parameters:
    ///   - mayOpen: whether the shard's opening bracket may still come: only the first shard has one, and only before
    ///     its first row.
    ///   - isFinal: whether nothing follows the piece.
    /// - Returns: where the first value begins that does not end in the piece, or the piece's end.
    static func scan(
        _ piece: UnsafeBufferPointer<UInt8>, mayOpen: inout Bool, isFinal: Bool, _ body: (Range<Int>) -> Void
    ) -> Int {
        var position = 0
        while position < piece.count {
            let byte = piece[position]
            if isSeparator(byte) || mayOpen && byte == UInt8(ascii: "[") {
                if byte == UInt8(ascii: "[") { mayOpen = false }
                position += 1
                continue
            }
            mayOpen = false
            guard let end = JSONExtent.end(of: piece, from: position, isFinal: isFinal) else { return position }
            body(position..<end)
            position = end
        }
        return position
    }

    static func unfinished(_ position: Int, row: Int, source: String) -> DatasetFormatsError {
        .malformed(.truncated, at: JSONPlace(source: source, line: 1, column: position + 1, row: row))
    }

    /// Bytes of a byte order mark, which may stand before everything.
    static func markSize(_ bytes: UnsafeBufferPointer<UInt8>) -> Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: "]"): true
        default: false
        }
    }
}
