#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

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

    /// Just past the closing quote.
    private static func endOfString(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        closingQuote(in: bytes, from: start + 1).map { $0 + 1 }
    }

    /// The first quote that an even number of backslashes stands before.
    ///
    /// - Parameter start: in a string, and not after a backslash that belongs to what follows.
    static func closingQuote(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        var search = start
        while search < bytes.count {
            guard let found = memchr(base + search, Int32(UInt8(ascii: "\"")), bytes.count - search) else { return nil }
            let quote = UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
            var before = quote
            while before > start, bytes[before - 1] == UInt8(ascii: "\\") { before -= 1 }
            if (quote - before).isMultiple(of: 2) { return quote }
            search = quote + 1
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
