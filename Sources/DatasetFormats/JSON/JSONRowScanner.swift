/// Finds the rows in a piece of a JSON file that was cut just before a row: a shard.
public enum JSONRowScanner {
    /// The ranges of the values in `bytes`. Whatever may stand between rows is passed over, for the file's reader
    /// has checked it.
    ///
    /// - Throws: `malformed` where a value does not end.
    public static func rowRanges(in bytes: [UInt8], source: String) throws(DatasetFormatsError) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var unfinished: Int?
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
                    unfinished = position
                    return
                }
                ranges.append(position..<end)
                position = end
            }
        }
        if let unfinished {
            throw .malformed(
                .truncated,
                at: JSONPlace(source: source, line: 1, column: unfinished + 1, row: ranges.count))
        }
        return ranges
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: "]"): true
        default: false
        }
    }
}
