/// The placeholders of a text, and what is put in their place.
///
/// A placeholder is a bare word, not part of a longer ASCII identifier (`NAME`, but neither `USERNAME` nor `NAME_2`), or
/// a word in double braces in any case (`{{name}}`).
public struct Placeholders: Sendable, Hashable {
    /// What each name is replaced by.
    public let values: [String: String]
    private let braced: [String: String]

    /// Bare words that stand for something in the data sets of this field.
    public static let conventional: Set<String> = ["NAME", "AUTHOR"]

    /// - Throws: `DatasetRegistryError.invalidPlaceholder` for a name that is no identifier, or that is given twice in
    ///   different cases.
    public init(_ values: [String: String]) throws(DatasetRegistryError) {
        var braced: [String: String] = [:]
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            guard Self.isIdentifier(name) else {
                throw .invalidPlaceholder(text: name, problem: "a placeholder is a word of letters, digits and _")
            }
            guard braced.updateValue(value, forKey: name.uppercased()) == nil else {
                throw .invalidPlaceholder(text: name, problem: "is set twice, in different cases")
            }
        }
        self.values = values
        self.braced = braced
    }

    private static func isIdentifier(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return text.utf8.allSatisfy(isIdentifierByte)
    }

    private static func isIdentifierByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// What happened in a text, or in many.
    public struct Outcome: Sendable, Hashable {
        /// For each name that was set, how often it was replaced.
        public var replaced: [String: Int] = [:]
        /// Placeholders that were not set, as they stand, and how often.
        public var remaining: [String: Int] = [:]
        /// Upper-case words that may be meant as placeholders.
        public var candidates: Set<String> = []
    }

    /// A name is taken for a bare word only where it could not be one of the language's own: not all in lower case.
    private func bareValue(_ word: String) -> String? {
        word.utf8.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } ? values[word] : nil
    }

    /// Replaces the placeholders of a text, from the left, and never what was put in.
    ///
    /// - Returns: the new text, or nil where nothing was replaced.
    public func replace(in text: String, counting outcome: inout Outcome) -> String? {
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        var copied = 0
        var position = 0
        func put(_ value: String, at start: Int, end: Int) {
            output += bytes[copied..<start]
            output += Array(value.utf8)
            copied = end
        }
        while position < bytes.count {
            if let (name, end) = Self.bracedName(bytes, at: position) {
                if let value = braced[name.uppercased()] {
                    put(value, at: position, end: end)
                    outcome.replaced[settingName(name), default: 0] += 1
                } else {
                    outcome.remaining["{{\(name)}}", default: 0] += 1
                    outcome.candidates.insert(name)
                }
                position = end
            } else if Self.isIdentifierByte(bytes[position]) {
                let end = Self.wordEnd(bytes, from: position)
                let word = String(decoding: bytes[position..<end], as: UTF8.self)
                if let value = bareValue(word) {
                    put(value, at: position, end: end)
                    outcome.replaced[word, default: 0] += 1
                } else if Self.looksLikePlaceholder(word) {
                    if Self.conventional.contains(word) { outcome.remaining[word, default: 0] += 1 }
                    outcome.candidates.insert(word)
                }
                position = end
            } else {
                position += 1
            }
        }
        guard copied > 0 else { return nil }
        return String(decoding: output + bytes[copied...], as: UTF8.self)
    }

    private func settingName(_ name: String) -> String {
        values.keys.first { $0.uppercased() == name.uppercased() } ?? name
    }

    private static func looksLikePlaceholder(_ word: String) -> Bool {
        word.utf8.count >= 3 && word.utf8.first.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } ?? false
            && !word.utf8.contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
    }

    private static func wordEnd(_ bytes: [UInt8], from start: Int) -> Int {
        var end = start
        while end < bytes.count, isIdentifierByte(bytes[end]) { end += 1 }
        return end
    }

    /// The word of `{{word}}` at a place, and where it ends.
    private static func bracedName(_ bytes: [UInt8], at start: Int) -> (name: String, end: Int)? {
        let brace = UInt8(ascii: "{")
        guard start + 4 < bytes.count, bytes[start] == brace, bytes[start + 1] == brace else { return nil }
        let end = wordEnd(bytes, from: start + 2)
        guard end > start + 2, end + 1 < bytes.count, bytes[end] == UInt8(ascii: "}"),
            bytes[end + 1] == UInt8(ascii: "}")
        else { return nil }
        return (String(decoding: bytes[start + 2..<end], as: UTF8.self), end + 2)
    }
}
