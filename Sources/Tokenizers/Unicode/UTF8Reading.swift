/// Reading scalars out of bytes that are UTF-8 by construction. Where they are not, nothing worse happens than a
/// scalar that is not there.
enum UTF8Reading {
    /// How many bytes the scalar has that begins with this byte.
    @inline(__always)
    static func length(_ first: UInt8) -> Int {
        first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    }

    /// The scalar that begins at `position`, and where the next one does.
    @inline(__always)
    static func scalar(in text: Span<UInt8>, at position: Int) -> (value: UInt32, next: Int) {
        let first = text[position]
        if first < 0x80 { return (UInt32(first), position + 1) }
        let next = min(position + length(first), text.count)
        var value = UInt32(first) & (first < 0xE0 ? 0x1F : first < 0xF0 ? 0x0F : 0x07)
        var index = position + 1
        while index < next {
            value = value << 6 | UInt32(text[index] & 0x3F)
            index += 1
        }
        return (value, next)
    }

    /// Where the scalar begins that ends before `position`.
    @inline(__always)
    static func previous(in text: Span<UInt8>, before position: Int, limit: Int) -> Int {
        var index = position - 1
        while index > limit, text[index] & 0xC0 == 0x80 { index -= 1 }
        return index
    }

    static func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
}
