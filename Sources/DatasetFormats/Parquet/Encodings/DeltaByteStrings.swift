/// Byte strings whose lengths, and the lengths of what they share with the one before, are written as differences.
///
/// Source: parquet-format, `Encodings.md`, "Delta-length byte array" and "Delta Strings".
enum DeltaByteStrings {
    /// The most values of a page that are read, since their lengths are kept in memory.
    private static let maximumCount = 1 << 26
    private static let maximumSize = 1 << 30

    /// The lengths, then all bytes.
    static func deltaLength(_ bytes: ByteBuffer) throws(ColumnarDefect) -> ViewedValues {
        var position = 0
        let views = try suffixes(bytes, at: &position)
        return ViewedValues(bytes, views: views)
    }

    /// How much of the one before each string begins with, then the rest of each.
    static func delta(_ bytes: ByteBuffer) throws(ColumnarDefect) -> ViewedValues {
        var position = 0
        let prefixes = try lengths(bytes, at: &position)
        let suffixes = try suffixes(bytes, at: &position)
        guard prefixes.count == suffixes.count else { throw .invalid("a page has more beginnings than strings") }
        var views: [ByteView] = []
        views.reserveCapacity(suffixes.count)
        var size = 0
        var before = 0
        for (prefix, suffix) in zip(prefixes, suffixes) {
            guard prefix <= before else { throw .invalid("a string begins with more than there is of the one before") }
            let length = prefix + Int(suffix.length)
            guard length <= maximumSize - size, let stored = Int32(exactly: length) else {
                throw .tooLarge("a page of byte strings", limit: maximumSize)
            }
            views.append(ByteView(buffer: 0, length: stored, offset: size))
            size += length
            before = length
        }
        let strings = ByteBuffer(count: size) { target in
            bytes.withBytes { source in
                for (index, view) in views.enumerated() {
                    let prefix = prefixes[index]
                    let suffix = suffixes[index]
                    if prefix > 0 {
                        let earlier = views[index - 1].offset
                        target[view.offset..<view.offset + prefix].copyBytes(from: target[earlier..<earlier + prefix])
                    }
                    target[view.offset + prefix..<view.offset + Int(view.length)].copyBytes(
                        from: source[suffix.offset..<suffix.offset + Int(suffix.length)])
                }
            }
        }
        return ViewedValues(strings, views: views)
    }

    private static func lengths(_ bytes: ByteBuffer, at position: inout Int) throws(ColumnarDefect) -> [Int] {
        var deltas = try DeltaDecoder(bytes, at: position)
        guard deltas.valuesLeft <= maximumCount else { throw .tooLarge("a page of byte strings", limit: maximumCount) }
        var lengths: [Int] = []
        try deltas.read(deltas.valuesLeft) { lengths.append(Int($0)) }
        position = deltas.position
        guard lengths.allSatisfy({ $0 >= 0 && $0 <= Int32.max }) else { throw .invalid("a length is below zero") }
        return lengths
    }

    private static func suffixes(_ bytes: ByteBuffer, at position: inout Int) throws(ColumnarDefect) -> [ByteView] {
        let lengths = try lengths(bytes, at: &position)
        var views: [ByteView] = []
        views.reserveCapacity(lengths.count)
        for length in lengths {
            guard length <= bytes.count - position else { throw .truncated("a page of byte strings") }
            views.append(ByteView(buffer: 0, length: Int32(length), offset: position))
            position += length
        }
        return views
    }
}
