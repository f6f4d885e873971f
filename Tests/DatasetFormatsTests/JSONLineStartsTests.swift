import Foundation
import Testing

@testable import DatasetFormats

@Suite struct JSONLineStartsTests {
    private func starts(of text: [UInt8], pieces size: Int) -> [UInt32]? {
        var lines = JSONLineStarts()
        for first in stride(from: 0, to: text.count, by: size) {
            text[first..<min(text.count, first + size)].withUnsafeBytes { lines.append($0) }
        }
        return lines.finish()
    }

    @Test(
        arguments: [
            ("{}", [0]), ("{}\n", [0]), ("{\"a\":1}\n{\"b\":2}", [0, 8]), ("{\"a\":1}\n{\"b\":2}\n", [0, 8]), ("", []),
            ("\n{}\n{}", [1, 4]), ("\n", []),
            // Two rows in a line are one line: whoever knows how many rows there are sees it.
            ("{} {}\n{}\n", [0, 6]),
            // Not from brace to brace.
            ("{} \n{}\n", nil), ("{}\n {}\n", nil), ("{}\n\n{}\n", nil), ("{}\r\n{}\r\n", nil), ("{\n}\n", nil),
            ("{", nil), ("[{}]", nil), ("{},\n{}\n", nil), ("{}\n]", nil), ("\u{FEFF}{}\n", nil), ("\n\n{}\n", nil),
            ("{\"a\":\n{}}\n", nil),
        ] as [(String, [UInt32]?)])
    func lines(text: String, expected: [UInt32]?) {
        for size in [1, 2, 3, 1000] { #expect(starts(of: bytes(text), pieces: size) == expected) }
    }

    /// However rows stand in a shard: where there are as many lines as rows, they are the rows.
    @Test(arguments: 0..<200)
    func asManyLinesAsRowsAreTheRows(seed: Int) throws {
        var random = SeededGenerator(UInt64(seed + 1))
        var text = random.below(2) == 0 ? "\n" : ""
        let oddities = random.below(3)
        var count = 0
        for _ in 0..<random.below(12) {
            var row = JSONWriter.string(.object(random.jsonObject()), style: .compact)
            if random.below(8) < oddities {
                // Spread over lines wherever that may be.
                row = JSONWriter.string(.array([.object(random.jsonObject()), .object([:])]), style: .pretty)
                row = "{\"a\":" + row + "}"
                if random.below(2) == 0 { row = row.replacingOccurrences(of: "\n ", with: "\n") }
            }
            text += row + (random.below(8) < oddities ? [" ", "", ",", "\n\n", "\r\n"][random.below(5)] : "\n")
            count += 1
        }
        let rows = try JSONRowScanner.rowRanges(in: bytes(text), source: "t").map { UInt32($0.lowerBound) }
        #expect(rows.count == count)
        for size in [1, 7, 1000] {
            let found = starts(of: bytes(text), pieces: size)
            if oddities == 0 { #expect(found == rows) }
            if let found, found.count == count { #expect(found == rows) }
        }
    }
}
