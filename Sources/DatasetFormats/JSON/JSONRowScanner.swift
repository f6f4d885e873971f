/// Finds the rows in a piece of a JSON file that was cut just before a row: a shard.
public enum JSONRowScanner {
    /// The ranges of the values in `bytes`. Whatever may stand between rows is passed over, for the file's reader
    /// has checked it.
    ///
    /// - Throws: `malformed` where a value does not end.
    public static func rowRanges(in bytes: [UInt8], source: String) throws(DatasetFormatsError) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        try forEachRow(in: bytes[...], source: source) { ranges.append($0) }
        return ranges
    }

    /// Where the values in `bytes`, of which there are no more than 4 GB, begin.
    ///
    /// - Throws: as `rowRanges`.
    public static func rowStarts(
        in bytes: ArraySlice<UInt8>, source: String
    ) throws(DatasetFormatsError) -> [UInt32] {
        precondition(bytes.count <= Int(UInt32.max))
        var starts: [UInt32] = []
        try forEachRow(in: bytes, source: source) { starts.append(UInt32($0.lowerBound)) }
        return starts
    }

    private static func forEachRow(
        in bytes: ArraySlice<UInt8>, source: String, _ body: (Range<Int>) -> Void
    ) throws(DatasetFormatsError) {
        var unfinished: (position: Int, row: Int)?
        var row = 0
        bytes.withUnsafeBufferPointer { buffer in
            var position = buffer.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            // Only the first piece has an opening bracket, and only before its first row.
            var mayOpen = true
            while position < buffer.count {
                let byte = buffer[position]
                if isSeparator(byte) || mayOpen && byte == UInt8(ascii: "[") {
                    if byte == UInt8(ascii: "[") { mayOpen = false }
                    position += 1
                    continue
                }
                mayOpen = false
                guard let end = JSONExtent.end(of: buffer, from: position, isFinal: true) else {
                    unfinished = (position, row)
                    return
                }
                body(position..<end)
                row += 1
                position = end
            }
        }
        if let unfinished {
            throw .malformed(
                .truncated,
                at: JSONPlace(source: source, line: 1, column: unfinished.position + 1, row: unfinished.row))
        }
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: "]"): true
        default: false
        }
    }
}
