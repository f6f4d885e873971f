/// Python's operations on texts, which are sequences of code points.
enum PythonText {
    static func length(_ text: String) -> Int { text.unicodeScalars.count }

    /// The byte at which a part first occurs.
    static func find(_ part: String, in text: String) -> Int? {
        find(Array(part.utf8), in: Array(text.utf8), from: 0)
    }

    static func find(_ part: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = part.first else { return start <= bytes.count ? start : nil }
        var index = start
        while index + part.count <= bytes.count {
            if bytes[index] == first, matches(part, bytes, at: index) { return index }
            index += 1
        }
        return nil
    }

    static func findLast(_ part: [UInt8], in bytes: [UInt8], before end: Int) -> Int? {
        var index = end - part.count
        while index >= 0 {
            if matches(part, bytes, at: index) { return index }
            index -= 1
        }
        return nil
    }

    @inline(__always)
    private static func matches(_ part: [UInt8], _ bytes: [UInt8], at index: Int) -> Bool {
        for offset in part.indices where bytes[index + offset] != part[offset] { return false }
        return true
    }

    static func string(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    // MARK: Taking off

    static func stripped(_ text: String, start: Bool = true, end: Bool = true) -> String {
        let bytes = Array(text.utf8)
        let first = start ? PythonSpace.endOfLeadingSpace(in: bytes, from: 0) : 0
        let last = end ? PythonSpace.startOfTrailingSpace(in: bytes, from: first, to: bytes.count) : bytes.count
        return first == 0 && last == bytes.count ? text : string(bytes[first..<last])
    }

    static func stripped(_ text: String, of characters: String, start: Bool = true, end: Bool = true) -> String {
        let unwanted = Set(characters.unicodeScalars)
        var scalars = Substring(text).unicodeScalars
        if start { scalars = scalars.drop { unwanted.contains($0) } }
        if end { while let last = scalars.last, unwanted.contains(last) { scalars.removeLast() } }
        return String(scalars)
    }

    // MARK: Splitting

    /// Python's `split` on white space.
    static func split(_ text: String, most: Int) -> [String] {
        let bytes = Array(text.utf8)
        var parts: [String] = []
        var index = PythonSpace.endOfLeadingSpace(in: bytes, from: 0)
        while index < bytes.count {
            if most >= 0, parts.count == most {
                parts.append(string(bytes[index...]))
                break
            }
            var end = index
            var afterSpace = index
            while end < bytes.count {
                afterSpace = PythonSpace.endOfLeadingSpace(in: bytes, from: end)
                if afterSpace > end { break }
                end += 1
                while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
            }
            parts.append(string(bytes[index..<end]))
            index = end < bytes.count ? afterSpace : end
        }
        return parts
    }

    /// Python's `rsplit` on white space.
    static func splitFromEnd(_ text: String, most: Int) -> [String] {
        guard most >= 0 else { return split(text, most: most) }
        let bytes = Array(text.utf8)
        var parts: [String] = []
        var end = PythonSpace.startOfTrailingSpace(in: bytes, from: 0, to: bytes.count)
        while end > 0 {
            if parts.count == most {
                parts.append(string(bytes[..<end]))
                break
            }
            var start = end
            while start > 0, PythonSpace.startOfTrailingSpace(in: bytes, from: 0, to: start) == start {
                start -= 1
                while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
            }
            parts.append(string(bytes[start..<end]))
            end = PythonSpace.startOfTrailingSpace(in: bytes, from: 0, to: start)
        }
        return parts.reversed()
    }

    /// - Parameter separator: not empty.
    static func split(_ text: String, by separator: String, most: Int) -> [String] {
        let bytes = Array(text.utf8)
        let mark = Array(separator.utf8)
        var parts: [String] = []
        var start = 0
        while most < 0 || parts.count < most, let found = find(mark, in: bytes, from: start) {
            parts.append(string(bytes[start..<found]))
            start = found + mark.count
        }
        parts.append(string(bytes[start...]))
        return parts
    }

    static func splitFromEnd(_ text: String, by separator: String, most: Int) -> [String] {
        let bytes = Array(text.utf8)
        let mark = Array(separator.utf8)
        var parts: [String] = []
        var end = bytes.count
        while most < 0 || parts.count < most, let found = findLast(mark, in: bytes, before: end) {
            parts.append(string(bytes[(found + mark.count)..<end]))
            end = found
        }
        parts.append(string(bytes[..<end]))
        return parts.reversed()
    }

    static func lines(_ text: String, keepEnds: Bool) -> [String] {
        let ends: Set<Unicode.Scalar> = [
            "\n", "\r", "\u{0B}", "\u{0C}", "\u{1C}", "\u{1D}", "\u{1E}", "\u{85}", "\u{2028}", "\u{2029}",
        ]
        var lines: [String] = []
        let scalars = text.unicodeScalars
        var start = scalars.startIndex
        var index = start
        while index < scalars.endIndex {
            let scalar = scalars[index]
            var next = scalars.index(after: index)
            guard ends.contains(scalar) else {
                index = next
                continue
            }
            if scalar == "\r", next < scalars.endIndex, scalars[next] == "\n" { next = scalars.index(after: next) }
            lines.append(String(scalars[start..<(keepEnds ? next : index)]))
            start = next
            index = next
        }
        if start < scalars.endIndex { lines.append(String(scalars[start...])) }
        return lines
    }

    // MARK: Replacing

    /// - Parameter most: how often; negative for as often as it occurs.
    static func replacing(
        _ old: String, with new: String, in text: String, most: Int, _ renderer: Renderer
    ) throws(JinjaError) -> String {
        let bytes = Array(text.utf8)
        let replacement = Array(new.utf8)
        if old.isEmpty { return try interleaved(text, with: new, most: most, renderer) }
        let mark = Array(old.utf8)
        guard var found = find(mark, in: bytes, from: 0), most != 0 else { return text }
        var result: [UInt8] = []
        var start = 0
        var count = 0
        while true {
            result += bytes[start..<found]
            result += replacement
            try renderer.checkLength(result.count)
            start = found + mark.count
            count += 1
            guard most < 0 || count < most, let next = find(mark, in: bytes, from: start) else { break }
            found = next
        }
        result += bytes[start...]
        return string(result)
    }

    /// What replacing nothing gives: the new text before each character and at the end.
    private static func interleaved(
        _ text: String, with new: String, most: Int, _ renderer: Renderer
    ) throws(JinjaError) -> String {
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            if most < 0 || count < most { result += new }
            count += 1
            result.unicodeScalars.append(scalar)
            try renderer.checkLength(result.utf8.count)
        }
        if most < 0 || count < most { result += new }
        return result
    }

    // MARK: Slices

    /// Code points from one to another of a text.
    static func slice(_ text: String, _ bounds: SliceBounds) -> String {
        let scalars = text.unicodeScalars
        if bounds.step == 1, text.utf8.count == bounds.length {
            // All ASCII: code points are bytes.
            let start = text.utf8.index(text.startIndex, offsetBy: bounds.start)
            let end = text.utf8.index(start, offsetBy: bounds.count)
            return String(text[start..<end])
        }
        let all = Array(scalars)
        var result = String.UnicodeScalarView()
        for position in bounds.positions { result.append(all[position]) }
        return String(result)
    }

    static func character(_ text: String, at index: Int) -> String? {
        let count = length(text)
        guard let position = position(of: index, count: count) else { return nil }
        if count == text.utf8.count {
            let start = text.utf8.index(text.startIndex, offsetBy: position)
            return String(text.unicodeScalars[start])
        }
        return String(text.unicodeScalars[text.unicodeScalars.index(text.startIndex, offsetBy: position)])
    }

    /// How many code points begin before a byte.
    static func codePoints(in bytes: [UInt8], before end: Int) -> Int {
        var count = 0
        for index in 0..<end where bytes[index] & 0xC0 != 0x80 { count += 1 }
        return count
    }
}
