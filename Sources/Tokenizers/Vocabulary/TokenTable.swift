/// Byte strings with consecutive ids, found by id and by content.
struct TokenTable: Sendable {
    private(set) var strings = ByteStrings()
    /// Ids plus one at places that their content's hash gives; zero is a free place.
    private var slots: [UInt32] = []

    init() {}

    var count: Int { strings.count }

    mutating func reserveCapacity(_ count: Int, byteCount: Int) {
        strings.reserveCapacity(count, byteCount: byteCount)
        if slots.count < count * 2 { rebuild(capacity: count * 2) }
    }

    func content(of id: Int) -> ArraySlice<UInt8> { strings[id] }

    func string(at id: Int) -> String { String(decoding: content(of: id), as: UTF8.self) }

    /// Appends a token; where its content is there already, that one keeps being found.
    ///
    /// - Returns: whether the content is new.
    @discardableResult
    mutating func append(_ content: some Collection<UInt8>) -> Bool {
        if (count + 1) * 2 > slots.count { rebuild(capacity: max(64, slots.count * 2)) }
        strings.append(content)
        return insert(id: count - 1)
    }

    private mutating func insert(id: Int) -> Bool {
        let range = strings.range(of: id)
        var slot = place(hash(strings.bytes.span, range))
        while slots[slot] != 0 {
            if equal(strings.bytes.span, range, to: Int(slots[slot]) - 1) { return false }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = UInt32(id + 1)
        return true
    }

    private mutating func rebuild(capacity: Int) {
        var size = 64
        while size < capacity { size *= 2 }
        slots = [UInt32](repeating: 0, count: size)
        for id in 0..<count { _ = insert(id: id) }
    }

    /// The id of a byte string.
    func id(of content: [UInt8]) -> Int32? { id(of: content.span, 0..<content.count) }

    /// The id of a part of some bytes.
    func id(of text: Span<UInt8>, _ range: Range<Int>) -> Int32? {
        guard !slots.isEmpty else { return nil }
        var slot = place(hash(text, range))
        while slots[slot] != 0 {
            let id = Int(slots[slot]) - 1
            if equal(text, range, to: id) { return Int32(id) }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    @inline(__always)
    private func place(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 20) & (slots.count - 1) }

    @inline(__always)
    private func equal(_ text: Span<UInt8>, _ range: Range<Int>, to id: Int) -> Bool {
        let own = strings.range(of: id)
        guard own.count == range.count else { return false }
        for offset in 0..<range.count where strings.bytes[own.lowerBound + offset] != text[range.lowerBound + offset] {
            return false
        }
        return true
    }

    @inline(__always)
    private func hash(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15 &+ UInt64(range.count)
        for index in range {
            hash = (hash ^ UInt64(text[index])) &* 0xFF51_AFD7_ED55_8CCD
            hash ^= hash >> 32
        }
        return hash &* 0xC4CE_B9FE_1A85_EC53
    }
}
