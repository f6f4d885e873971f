import DatasetFormats
import Testing

/// Rows read together are the rows read one by one, and no bad row is among them.
@Suite struct JSONRowBatchTests {
    private struct Found: Equatable {
        var ranges: [Range<Int>] = []
        var lines: [Int] = []
        var shapes: [JSONRowShape] = []
        var separators: [[UInt8]] = []
        var layout: JSONLayout?
        var trailing: [UInt8] = []
        var error: String?
        var batchedCount = 0
    }

    @Test(arguments: 0..<400)
    func equalsRowsReadOneByOne(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        var text = file(&random)
        if seed % 2 == 1 { damage(&text, &random) }
        var together = read(text, batches: true)
        let oneByOne = read(text, batches: false)
        #expect(oneByOne.batchedCount == 0)
        if seed % 2 == 0 { #expect(together.batchedCount > 0) }
        together.batchedCount = 0
        #expect(together == oneByOne)
    }

    /// What simdjson would let pass or refuse otherwise than RFC 8259 and we do.
    static let rows = [
        #"{"a": "\ud83d\ude00"}"#, #"{"a": "\udc00"}"#, #"{"a": "\ud800"}"#, #"{"a": "\\ud800"}"#,
        #"{"a": 123456789012345678901234567890}"#, #"{"a": 1e999}"#, #"{"a": -0.0}"#, #"{"a": 01}"#, #"{"a": 1.}"#,
        #"{"a": 1, "a": 2}"#, #"{"a": {"b": 1, "c": {"b": 1, "b": 1}}}"#, #"{"a": [{"b": 1}, {"b": 1}]}"#,
        "{\"e\u{301}\": 1, \"\u{E9}\": 2}", "{\"a\": \"\u{1}\"}", #"{"a": "\x"}"#, #"{"a": nul}"#, #"{"a": [1,]}"#,
        "{\"a\": " + String(repeating: "[", count: 127) + String(repeating: "]", count: 127) + "}",
        "{\"a\": " + String(repeating: "[", count: 128) + String(repeating: "]", count: 128) + "}",
        "{" + (0..<40).map { "\"k\($0)\": \($0)" }.joined(separator: ",") + "}",
        "{" + (0..<40).map { "\"k\($0 % 39)\": \($0)" }.joined(separator: ",") + "}",
        #"{"a": "}{\"\\"}"#, "[1]", "7", #"{"a": "x"} "#, #"{"a": {"b": [1, "]"]}}"#,
    ]

    @Test(arguments: rows)
    func vouchesForNothingThatTheParserRefuses(row: String) {
        let good = "{\"a\": 1}\n"
        let padding = String(repeating: good, count: 20)
        let text = bytes(padding + row + "\n" + padding)
        var together = read(text, batches: true)
        #expect(together.batchedCount > 0)
        together.batchedCount = 0
        #expect(together == read(text, batches: false))
    }

    private func read(_ text: [UInt8], batches: Bool) -> Found {
        var found = Found()
        var reader = JSONRowReader(bytes: text, source: "rows")
        do {
            while true {
                if batches, let batch = try reader.nextBatch() {
                    let offset = batch.endOffset - batch.bytes.endIndex
                    for row in batch.rows {
                        found.ranges.append(row.range.lowerBound + offset..<row.range.upperBound + offset)
                        found.separators.append(Array(batch.bytes[row.leadingStart..<row.range.lowerBound]))
                        found.lines.append(row.lineNumber)
                        found.shapes.append(reader.shape(row.shape))
                    }
                    found.batchedCount += batch.rows.count
                    continue
                }
                guard let row = try reader.next() else { break }
                let object = try JSONParser.parseRow(row, source: "rows")
                found.ranges.append(row.byteRange)
                found.separators.append(row.leadingBytes)
                found.lines.append(row.lineNumber)
                found.shapes.append(JSONRowShape(of: object))
            }
        } catch {
            found.error = "\(error)"
        }
        found.layout = reader.layout
        found.trailing = reader.trailingBytes
        return found
    }

    private func file(_ random: inout SeededGenerator) -> [UInt8] {
        let rows = (0..<50 + random.below(50)).map { _ in
            JSONWriter.string(.object(random.jsonObject()), style: random.below(4) == 0 ? .pretty : .compact)
        }
        switch random.below(3) {
        case 0: return bytes("[\n" + rows.joined(separator: random.below(2) == 0 ? ",\n" : ", ") + "\n]\n")
        case 1: return bytes(rows.joined(separator: "\n") + "\n" + String(repeating: " ", count: 80))
        default: return bytes(rows.joined(separator: random.below(2) == 0 ? " " : "\r\n\n"))
        }
    }

    private func damage(_ text: inout [UInt8], _ random: inout SeededGenerator) {
        for _ in 0..<1 + random.below(3) {
            let place = random.below(text.count)
            switch random.below(3) {
            case 0: text[place] = UInt8(truncatingIfNeeded: random.next())
            case 1: text.remove(at: place)
            default: text.insert(contentsOf: Array(#"{",}\]"#.utf8).shuffled(using: &random).prefix(1), at: place)
            }
        }
    }
}
