/// A dictionary that keeps the order of its keys. It does not change once it is made.
public final class JinjaDictionary {
    public typealias Entry = (key: JinjaValue, value: JinjaValue)

    public let entries: [Entry]
    let depth: Int
    /// Where each key is, for dictionaries that are too large to look through.
    private let positions: [DictionaryKey: Int]?

    private static let largestWithoutIndex = 8

    /// - Parameter entries: of equal keys, the first gives the place and the last the value, as in Python.
    /// - Throws: `TypeError` for a key that cannot be one, or a limit for values nested too deeply.
    public init(_ entries: [Entry]) throws(JinjaError) {
        var deepest = 0
        for entry in entries { deepest = max(deepest, entry.value.depth, entry.key.depth) }
        guard deepest < JinjaLimits.valueDepth else { throw .limit(.valueDepth(limit: JinjaLimits.valueDepth)) }
        depth = deepest + 1

        var kept: [Entry] = []
        kept.reserveCapacity(entries.count)
        if entries.count <= Self.largestWithoutIndex {
            for entry in entries {
                _ = try DictionaryKey(entry.key)
                if let position = kept.firstIndex(where: { isSameKey($0.key, entry.key) }) {
                    kept[position].value = entry.value
                } else {
                    kept.append(entry)
                }
            }
            positions = nil
        } else {
            var positions: [DictionaryKey: Int] = [:]
            positions.reserveCapacity(entries.count)
            for entry in entries {
                let key = try DictionaryKey(entry.key)
                if let position = positions[key] {
                    kept[position].value = entry.value
                } else {
                    positions[key] = kept.count
                    kept.append(entry)
                }
            }
            self.positions = positions
        }
        self.entries = kept
    }

    /// A dictionary of texts to values whose keys are known to differ.
    ///
    /// - Throws: a limit for values nested too deeply.
    public convenience init(uniqueKeys entries: [(key: String, value: JinjaValue)]) throws(JinjaError) {
        try self.init(entries.map { (.string($0.key), $0.value) })
    }

    /// The value of a key that is a text.
    subscript(name: String) -> JinjaValue? {
        if let positions { return positions[DictionaryKey(text: name)].map { entries[$0].value } }
        for entry in entries {
            if let key = entry.key.text, hasSameBytes(key, name) { return entry.value }
        }
        return nil
    }

    /// The value of any key.
    ///
    /// - Throws: `TypeError` where the key is of a type that cannot be one.
    func value(of key: JinjaValue) throws(JinjaError) -> JinjaValue? {
        if let text = key.text { return self[text] }
        let wanted = try DictionaryKey(key)
        if let positions { return positions[wanted].map { entries[$0].value } }
        return entries.first { isSameKey($0.key, key) }?.value
    }
}

/// Whether two values are one key; both can be keys.
private func isSameKey(_ left: JinjaValue, _ right: JinjaValue) -> Bool {
    if case .string(let left) = left, case .string(let right) = right { return hasSameBytes(left, right) }
    return (try? DictionaryKey(left)) == (try? DictionaryKey(right))
}

/// Whether two texts are the same code points. `String`'s own `==` also finds é equal to e and an accent.
@inline(__always)
func hasSameBytes(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && left == right && left.utf8.elementsEqual(right.utf8)
}
