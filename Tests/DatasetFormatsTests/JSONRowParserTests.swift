import Foundation
import Testing

@testable import DatasetFormats

/// A parser that remembers the row before finds in each row what one finds that never saw another.
@Suite struct JSONRowParserTests {
    private func expectTheSame(_ rows: [[UInt8]]) {
        var parser = JSONRowParser(source: "t")
        expectTheSameInPlaceOfOthers(rows)
        for (index, row) in rows.enumerated() {
            let found = Result { () throws(DatasetFormatsError) in try parser.parse(row.span, index: index) }
            let expected = Result { () throws(DatasetFormatsError) in
                try JSONParser.parseRow(row[...], index: index, source: "t")
            }
            #expect(found == expected, "\(String(decoding: row, as: UTF8.self))")
            guard case .success(let object) = found else { continue }
            for (place, member) in object.members.enumerated() {
                #expect(object[member.key] == object.members[place].value)
            }
        }
    }

    /// Each row takes the place of the one before the last, so that its keys may be others than those that are known; who has
    /// a copy of that keeps it as it was.
    private func expectTheSameInPlaceOfOthers(_ rows: [[UInt8]]) {
        var parser = JSONRowParser(source: "t")
        var (row, other) = (JSONObject(), JSONObject())
        var kept: [(row: JSONObject, text: String)] = []
        for (index, text) in rows.enumerated() {
            let found = Result { () throws(DatasetFormatsError) in
                try parser.parse(text.span, index: index, insteadOf: &row)
                return row
            }
            let expected = Result { () throws(DatasetFormatsError) in
                try JSONParser.parseRow(text[...], index: index, source: "t")
            }
            #expect(found == expected, "\(String(decoding: text, as: UTF8.self))")
            switch found {
            case .success(let object):
                for member in object.members { #expect(object[member.key] == member.value) }
                #expect(object["no such key"] == nil)
                if index % 3 == 0 { kept.append((row, JSONWriter.string(.object(row), style: .compact))) }
            case .failure: #expect(row.isEmpty)
            }
            swap(&row, &other)
        }
        for (row, text) in kept { #expect(JSONWriter.string(.object(row), style: .compact) == text) }
    }

    private static let usual = #"{"id": "a", "text": "b\nc", "count": 1.50}"#

    @Test(arguments: [
        // Another key where the row before has its own: shorter, longer, escaped, of as many bytes.
        #"{"i": "a", "text": "b", "count": 1}"#, #"{"ids": "a", "text": "b", "count": 1}"#,
        #"{"id": "a", "texts": "b", "count": 1}"#, #"{"id": "a", "te\u0078t": "b", "count": 1}"#,
        #"{"id": "a", "t\"xt": "b", "count": 1}"#, #"{"id": "a", "next": "b", "count": 1}"#,
        // Other members: in another order, one fewer, one more, none.
        #"{"text": "b", "id": "a", "count": 1}"#, #"{"id": "a", "count": 1, "text": "b"}"#,
        #"{"text": "b", "count": 1}"#, #"{"id": "a", "count": 1}"#, #"{"id": "a", "text": "b"}"#,
        #"{"id": "a", "text": "b", "count": 1, "more": [{"id": 1, "text": 2}]}"#, "{}", " { } ",
        // The same key twice: again at the end, in the place of another, escaped.
        #"{"id": "a", "text": "b", "count": 1, "id": 2}"#, #"{"id": "a", "id": "b", "count": 1}"#,
        #"{"id": "a", "text": "b", "te\u0078t": 1}"#, #"{"id": "a", "text": "b", "text": 1}"#,
        // Other spaces.
        #"{"id":"a","text":"b","count":1}"#, #"{ "id" :  "a"  , "text":   "b", "count": 1 } "#,
        "{\"id\":  \"a\", \"text\":\t\"b\", \"count\": 1}", " " + usual,
        // Other values, and objects like the row inside of it.
        #"{"id": null, "text": 12e5, "count": "1"}"#,
        #"{"id": {"id": "a", "text": "b", "count": 1}, "text": {"id": "a", "id": 2}, "count": 1}"#,
        // What is no row.
        "", "{", #"{"id": "#, #"{"id": "a""#, #"{"id": "a","#, #"{"id": "a", "te"#, #"{"id": "a", "text": "#,
        #"{"id": "a", "text" "b"}"#, #"{"id": "a" "text": "b"}"#, #"{"id": "a", "text": , "count": 1}"#,
        #"{"id": "a", "text": "b", "count": 1"#, #"{"id": "a", "text": "b", "count": 1,}"#,
        #"{"id": "a", "text": "b", "count": 1}}"#, #"[{"id": "a", "text": "b", "count": 1}]"#, "1",
    ])
    func aRowUnlikeTheOneBefore(row: String) {
        let usual = bytes(Self.usual)
        expectTheSame([usual, usual, bytes(row), usual, bytes(row), bytes(row), usual])
        expectTheSame([bytes(row), bytes(row), bytes(row), usual])
    }

    /// Both with few members, which are looked at one by one, and with many, which are found by a dictionary.
    @Test(arguments: [1, 15, 16, 17, 100])
    func aKeyTwiceIsFoundInRowsOfAnyLength(count: Int) {
        func row(_ keys: [Int]) -> [UInt8] {
            bytes("{" + keys.map { "\"\($0)\": \($0)" }.joined(separator: ", ") + "}")
        }
        let keys = Array(0..<count)
        expectTheSame([row(keys), row(keys), row(keys), row(keys + [0]), row(keys + [count]), row(keys + [count, 0])])
        expectTheSame([row(keys), row(keys), row(keys.reversed() + [0]), row(keys), row([]), row([0]), row(keys)])
    }

    @Test(arguments: 0..<100)
    func randomRows(seed: Int) {
        var random = SeededGenerator(UInt64(seed + 1))
        let shapes = (0..<3).map { _ in (0..<random.below(6)).map { "\($0)\(random.string())" } }
        var rows: [[UInt8]] = []
        for _ in 0..<60 {
            var keys = shapes[random.below(shapes.count)]
            // Now and then a member is missing, twice there, or elsewhere.
            if random.below(4) == 0, let key = keys.randomElement(using: &random) { keys.append(key) }
            if random.below(4) == 0, !keys.isEmpty { keys.remove(at: random.below(keys.count)) }
            if random.below(8) == 0 { keys.shuffle(using: &random) }
            let members = keys.map { key in
                let text = JSONWriter.string(.string(key), style: .compact)
                return text + ": " + JSONWriter.string(random.jsonValue(), style: .pythonic)
            }
            var row = bytes("{" + members.joined(separator: random.below(8) == 0 ? " ," : ", ") + "}")
            if random.below(6) == 0 { row[random.below(row.count)] ^= UInt8(1 << random.below(8)) }
            if random.below(12) == 0 { row.removeLast(random.below(row.count)) }
            rows.append(row)
        }
        expectTheSame(rows)
    }

    /// Wherever escapes stand in the vectors that text is copied by, and whatever the string before left behind.
    @Test(arguments: 0..<50)
    func escapesAnywhereInAString(length: Int) throws {
        let pieces = ["a", "é", "我", "😀"].map { String(repeating: $0, count: length) }
        let escapes = ["\n", "\\", "\"", "\u{1}", "\n\n", "\t\"\u{2}"]
        var parser = JSONRowParser(source: "t")
        for piece in pieces {
            for escape in escapes {
                for text in [piece + escape, escape + piece, piece + escape + piece, piece + escape + "b" + escape] {
                    let written = JSONWriter.bytes(.string(text), style: .compact)
                    let ascii = bytes(text.unicodeScalars.map { Self.escaped($0) }.joined())
                    for string in [written, [0x22] + ascii + [0x22]] {
                        let row = bytes("{\"a\":") + string + bytes("}")
                        let object = try parser.parse(row.span, index: 0)
                        #expect(object["a"] == .string(text))
                        let cut = Array(row.dropLast(2))
                        #expect(throws: DatasetFormatsError.self) { _ = try parser.parse(cut.span, index: 0) }
                    }
                }
            }
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        String(scalar).utf16.map { String(format: "\\u%04x", $0) }.joined()
    }

    /// Text that is not UTF-8 is refused in keys and values, in rows like the one before too.
    @Test(arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xE2, 0x82]] as [[UInt8]])
    func invalidUTF8(sequence: [UInt8]) {
        let good = bytes(#"{"é": "ü", "b": "c\n"}"#)
        let bad = [
            bytes("{\"") + sequence + bytes(#"": "ü", "b": "c"}"#),
            bytes(#"{"é": ""#) + sequence + bytes(#"", "b": "c"}"#),
            bytes(#"{"é": "ü", "b": "c\n"#) + sequence + bytes(#""}"#),
        ]
        for row in bad {
            expectTheSame([good, good, row, good, row])
            #expect(throws: DatasetFormatsError.self) { try JSONParser.parseRow(row[...], index: 0, source: "t") }
        }
    }
}
