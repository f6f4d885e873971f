import Testing

@testable import DatasetFormats

/// Text becomes a JSON string, whatever it is and however long.
@Suite struct JSONTextTests {
    private func quoted(_ bytes: [UInt8]) -> [UInt8] {
        var text = JSONText(style: .plain)
        bytes.withUnsafeBufferPointer { text.append(quoted: $0) }
        return text.bytes
    }

    /// A byte at a time, as RFC 8259 has it, with the short escapes where there are some.
    private func expected(_ bytes: [UInt8]) -> [UInt8] {
        let short: [UInt8: String] = [
            0x22: #"\""#, 0x5C: #"\\"#, 0x08: #"\b"#, 0x0C: #"\f"#, 0x0A: #"\n"#, 0x0D: #"\r"#, 0x09: #"\t"#,
        ]
        var result: [UInt8] = [0x22]
        for byte in bytes {
            if let escape = short[byte] {
                result += Array(escape.utf8)
            } else if byte < 0x20 {
                let digits = String(byte, radix: 16)
                result += Array((#"\u"# + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
            } else {
                result.append(byte)
            }
        }
        return result + [0x22]
    }

    /// Every byte that text has, alone in every place of texts as long as some vectors.
    @Test func eachByteInEachPlace() {
        for length in 1...70 {
            for byte in (0..<0x24).map({ UInt8($0) }) + [0x5B, 0x5C, 0x5D, 0x7F] {
                for place in 0..<length {
                    var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                    bytes[place] = byte
                    if quoted(bytes) != expected(bytes) {
                        Issue.record("byte \(byte) at \(place) of \(length)")
                        return
                    }
                }
            }
        }
    }

    @Test func randomTexts() {
        var generator = SeededGenerator(5)
        let letters: [Unicode.Scalar] = [
            "a", "\"", "\\", "\n", "\u{0}", "\u{1F}", " ", "é", "漢", "😀", "\u{7F}", "\u{80}",
        ]
        for round in 0..<3000 {
            var text = String.UnicodeScalarView()
            let rare = round % 3 == 0 ? 1 : 30
            for _ in 0..<Int.random(in: 0..<200, using: &generator) {
                let isRare = Int.random(in: 0..<rare, using: &generator) == 0
                text.append(isRare ? letters.randomElement(using: &generator) ?? "a" : "x")
            }
            let bytes = Array(String(text).utf8)
            if quoted(bytes) != expected(bytes) {
                Issue.record("\(String(text).debugDescription)")
                return
            }
        }
    }

    /// What was written before stays, also where memory is moved between two escapes.
    @Test func longTextsOfEscapes() {
        for length in [65_530, 65_536, 200_000] {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 % 3 == 0 ? 1 : 0x61) }
            let isSame = quoted(bytes) == expected(bytes)
            #expect(isSame)
        }
    }

    @Test func aRowThatIsTooLongIsSaidToBe() {
        var text = JSONText(style: .plain, maximumRowBytes: 1 << 17)
        text.beginRow()
        let control = [UInt8](repeating: 1, count: 1 << 16)
        control.withUnsafeBufferPointer { text.append(quoted: $0) }
        let (isFull, count) = (text.isFull, text.count)
        #expect(isFull && count <= 1 << 17)
    }
}
