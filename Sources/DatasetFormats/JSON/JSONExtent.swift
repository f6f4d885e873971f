/// Finds where a JSON value ends, by its brackets and quotes alone; the parser checks the rest afterwards.
enum JSONExtent {
    /// The position just past the value that begins at `start`, or nil where the bytes end first.
    ///
    /// - Parameter isFinal: whether nothing follows the bytes, so that a number may end with them.
    static func end(of bytes: UnsafeBufferPointer<UInt8>, from start: Int, isFinal: Bool) -> Int? {
        var position = start
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                position += 1
                depth -= 1
                if depth <= 0 { return position }
            case UInt8(ascii: "\""):
                guard let end = endOfString(bytes, from: position) else { return nil }
                position = end
                if depth == 0 { return position }
            default:
                if depth == 0 { return endOfScalar(bytes, from: position, isFinal: isFinal) }
                position += 1
            }
        }
        return nil
    }

    private static func endOfString(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var position = start + 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""): return position + 1
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
        return nil
    }

    private static func endOfScalar(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, isFinal: Bool) -> Int? {
        var position = start
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "{"),
                UInt8(ascii: "["), UInt8(ascii: "\""):
                // A byte that begins nothing is a value of its own, so that every value moves on.
                return max(position, start + 1)
            default: position += 1
            }
        }
        return isFinal ? position : nil
    }
}
