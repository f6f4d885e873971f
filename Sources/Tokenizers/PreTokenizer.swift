/// Cuts text into the words that merges stay inside.
public enum PreTokenizer: Sendable, Hashable {
    /// GPT-2's pattern:
    /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
    case gpt2
    /// Every digit by itself, then GPT-2's pattern on what lies between: SmolLM's.
    case digitsThenGPT2

    /// Calls `body` with the byte range of each word, in order.
    func forEachWord(in text: [UInt8], _ body: (Range<Int>) -> Void) {
        let classified = ClassifiedText(text)
        let count = classified.classes.count
        var start = 0
        while start < count {
            var end = count
            if self == .digitsThenGPT2 {
                if classified.classes[start] == .number {
                    body(classified.bytes(start..<start + 1))
                    start += 1
                    continue
                }
                end = start
                while end < count, classified.classes[end] != .number { end += 1 }
            }
            while start < end {
                let next = classified.endOfWord(from: start, limit: end)
                body(classified.bytes(start..<next))
                start = next
            }
        }
    }
}

/// A text's scalars by what the pattern asks of them.
private struct ClassifiedText {
    enum Class: UInt8 {
        case other, letter, number, space
    }

    let text: [UInt8]
    private(set) var classes: [Class] = []
    /// Where each scalar begins, and the end.
    private(set) var offsets: [Int] = []

    init(_ text: [UInt8]) {
        self.text = text
        classes.reserveCapacity(text.count)
        offsets.reserveCapacity(text.count + 1)
        var position = 0
        while position < text.count {
            offsets.append(position)
            let byte = text[position]
            if byte < 0x80 {
                classes.append(Self.ascii[Int(byte)])
                position += 1
            } else {
                let length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4
                var value = UInt32(byte) & (0xFF >> UInt32(length + 1))
                for index in position + 1..<min(text.count, position + length) {
                    value = value << 6 | UInt32(text[index] & 0x3F)
                }
                classes.append(Unicode.Scalar(value).map(Self.classify) ?? .other)
                position += length
            }
        }
        offsets.append(text.count)
    }

    private static let ascii: [Class] = (0..<128).map { classify(Unicode.Scalar(UInt8($0))) }

    private static func classify(_ scalar: Unicode.Scalar) -> Class {
        if scalar.properties.isWhitespace { return .space }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return .letter
        case .decimalNumber, .letterNumber, .otherNumber: return .number
        default: return .other
        }
    }

    func bytes(_ scalars: Range<Int>) -> Range<Int> { offsets[scalars.lowerBound]..<offsets[scalars.upperBound] }

    func endOfWord(from start: Int, limit: Int) -> Int {
        if let end = endOfContraction(from: start, limit: limit) { return end }
        let isBlank = text[offsets[start]] == 0x20
        let first = isBlank && start + 1 < limit && classes[start + 1] != .space ? start + 1 : start
        let kind = classes[first]
        var end = first
        while end < limit, classes[end] == kind { end += 1 }
        // The last space before a word stays for the word.
        if kind == .space, end < limit, end - start > 1 { return end - 1 }
        return end
    }

    private func endOfContraction(from start: Int, limit: Int) -> Int? {
        guard text[offsets[start]] == UInt8(ascii: "'"), start + 1 < limit else { return nil }
        let second = text[offsets[start + 1]]
        switch second {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
        case UInt8(ascii: "r"), UInt8(ascii: "v"), UInt8(ascii: "l"):
            let wanted = second == UInt8(ascii: "l") ? second : UInt8(ascii: "e")
            return start + 2 < limit && text[offsets[start + 2]] == wanted ? start + 3 : nil
        default: return nil
        }
    }
}
