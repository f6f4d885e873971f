/// Finds what a JSON string cannot hold as it is.
enum JSONEscape {
    typealias Lanes = SIMD16<UInt8>
    /// Bytes that are looked at, and copied, at once.
    static let vectorSize = Lanes.scalarCount

    /// The place of the first quote, backslash or control character, or the count.
    @inline(__always)
    static func firstEscaped(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var isASCII = true
        return firstEscaped(in: bytes, from: start, isASCII: &isASCII)
    }

    /// The same, a vector at a time.
    ///
    /// - Parameters:
    ///   - isASCII: left as it is where what comes before the place is ASCII, and false where it is not.
    ///   - visit: called with each whole vector up to the place, the one that holds it included, and where it stands.
    @inline(__always)
    static func firstEscaped(
        in bytes: UnsafeBufferPointer<UInt8>, from start: Int, isASCII: inout Bool,
        visiting visit: (Lanes, Int) -> Void = { _, _ in }
    ) -> Int {
        // Compared with whole vectors, and looked at as two numbers: with one byte, or by any(_:), every lane is looked
        // at by itself.
        let quote = Lanes(repeating: UInt8(ascii: "\""))
        let backslash = Lanes(repeating: UInt8(ascii: "\\"))
        let space = Lanes(repeating: 0x20)
        let raw = UnsafeRawBufferPointer(bytes)
        var position = start
        var seen = Lanes.zero
        var last: UInt64 = 0
        var isFound = false
        while !isFound, position &+ Lanes.scalarCount <= raw.count {
            let lanes = raw.loadUnaligned(fromByteOffset: position, as: Lanes.self)
            visit(lanes, position)
            let isSpecial = (lanes .== quote) .| (lanes .== backslash) .| (lanes .< space)
            let marks = unsafeBitCast(isSpecial, to: SIMD2<UInt64>.self)
            if marks[0] | marks[1] == 0 {
                seen |= lanes
                position &+= Lanes.scalarCount
                continue
            }
            let words = unsafeBitCast(lanes, to: SIMD2<UInt64>.self)
            isFound = true
            if marks[0] != 0 {
                last |= before(marks[0], of: words[0], &position)
            } else {
                position &+= 8
                last |= UInt64(littleEndian: words[0]) | before(marks[1], of: words[1], &position)
            }
        }
        while !isFound, position < bytes.count {
            let byte = bytes[position]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            last |= UInt64(byte)
            position &+= 1
        }
        let words = unsafeBitCast(seen, to: SIMD2<UInt64>.self)
        if (words[0] | words[1] | last) & 0x8080_8080_8080_8080 != 0 { isASCII = false }
        return position
    }

    /// Copies bytes up to the first quote, backslash or control character, or to the end.
    ///
    /// - Parameters:
    ///   - position: where they begin; moved past them.
    ///   - space: has room for them. A vector from `count` on may be written over.
    ///   - count: bytes that are there, to which theirs are added.
    ///   - isASCII: as in `firstEscaped`.
    @inline(__always)
    static func copyPlainText(
        of bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, to space: UnsafeMutableBufferPointer<UInt8>,
        _ count: inout Int, isASCII: inout Bool
    ) {
        let start = position
        let shift = count &- start
        let raw = UnsafeMutableRawBufferPointer(space)
        // Most pieces between escapes end in their first vector, so it is copied before the end is known.
        var copied = start
        let end = firstEscaped(in: bytes, from: start, isASCII: &isASCII) { lanes, place in
            guard place &+ shift &+ vectorSize <= raw.count else { return }
            raw.storeBytes(of: lanes, toByteOffset: place &+ shift, as: Lanes.self)
            copied = place &+ vectorSize
        }
        if copied < end {
            let rest = UnsafeMutableBufferPointer(rebasing: space[(copied &+ shift)...])
            _ = rest.update(fromContentsOf: bytes[copied..<end])
        }
        position = end
        count = end &+ shift
    }

    /// Copies what a JSON string can hold as it is, up to the first quote, backslash or control character.
    ///
    /// - Parameter target: must have room for all of the bytes, and may be written to past those that are copied.
    /// - Returns: how many bytes were copied.
    @inline(__always)
    static func copyUnescaped(
        _ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer
    ) -> Int {
        if bytes.count >= Lanes.scalarCount {
            let quote = Lanes(repeating: UInt8(ascii: "\""))
            let backslash = Lanes(repeating: UInt8(ascii: "\\"))
            let space = Lanes(repeating: 0x20)
            let last = bytes.count &- Lanes.scalarCount
            var position = 0
            while true {
                let lanes = bytes.loadUnaligned(fromByteOffset: position, as: Lanes.self)
                target.storeBytes(of: lanes, toByteOffset: position, as: Lanes.self)
                let isSpecial = (lanes .== quote) .| (lanes .== backslash) .| (lanes .< space)
                let marks = unsafeBitCast(isSpecial, to: SIMD2<UInt64>.self)
                if marks[0] != 0 { return position &+ firstMarked(marks[0]) }
                if marks[1] != 0 { return position &+ 8 &+ firstMarked(marks[1]) }
                if position == last { return bytes.count }
                // The last vector takes some bytes a second time, which leaves them as they are.
                position = min(position &+ Lanes.scalarCount, last)
            }
        }
        return copyShort(bytes, to: target)
    }

    /// The same for fewer bytes than a vector has.
    @inline(__always)
    private static func copyShort(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) -> Int {
        var position = 0
        if bytes.count >= 8 {
            let last = bytes.count &- 8
            while true {
                let word = bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                target.storeBytes(of: word, toByteOffset: position, as: UInt64.self)
                let marks = special(in: UInt64(littleEndian: word))
                if marks != 0 { return position &+ marks.trailingZeroBitCount / 8 }
                if position == last { return bytes.count }
                position = last
            }
        }
        while position < bytes.count {
            let byte = bytes[position]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            target.storeBytes(of: byte, toByteOffset: position, as: UInt8.self)
            position &+= 1
        }
        return position
    }

    /// A mark in the highest bit of each byte that must be escaped; only the lowest mark is sure to be one.
    ///
    /// Source: Henry S. Warren, "Hacker's Delight", section 6-1.
    @inline(__always)
    private static func special(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let isControl = (word &- ones &* 0x20) & ~word
        let isQuote = (quotes &- ones) & ~quotes
        let isBackslash = (backslashes &- ones) & ~backslashes
        return (isControl | isQuote | isBackslash) & (ones &* 0x80)
    }

    @inline(__always)
    private static func firstMarked(_ marks: UInt64) -> Int { UInt64(littleEndian: marks).trailingZeroBitCount / 8 }

    /// The bytes of a word before the first that is marked, to which the position moves.
    @inline(__always)
    private static func before(_ marks: UInt64, of word: UInt64, _ position: inout Int) -> UInt64 {
        let bits = UInt64(littleEndian: marks).trailingZeroBitCount & ~7
        position &+= bits / 8
        return UInt64(littleEndian: word) & ((1 &<< UInt64(bits)) &- 1)
    }
}
