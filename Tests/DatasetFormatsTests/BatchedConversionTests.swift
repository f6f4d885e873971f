import Testing

@testable import DatasetFormats

/// Rows that are handed on many at a time give the same files as rows one by one.
@Suite struct BatchedConversionTests {
    /// A reader that hands out rows one by one.
    private struct OneByOne: RowReader, ~Copyable {
        var reader: JSONRowReader
        mutating func next() throws(DatasetFormatsError) -> RawRow? { try reader.next() }
    }

    /// Rows of several shapes: escapes with and without surrogates, numbers of which one late in the file is no whole
    /// one, lists, objects, rows on several lines, and fields that come up late.
    private static func rows(_ seed: UInt64, isArray: Bool) -> [UInt8] {
        var random = SeededGenerator(seed)
        var rows: [String] = []
        for index in 0..<3000 {
            let text = [
                #"plain"#, #"a\nb\t\"c\""#, #"\ud83d\ude00 \u00e9"#, "我是😀", #"\\"#,
                String(repeating: "long ", count: 40),
            ][random.below(6)]
            let number = index == 2500 ? "0.5" : "\(random.below(1000))"
            switch random.below(6) {
            case 0: rows.append(#"{"text": "\#(text)", "n": \#(number)}"#)
            case 1: rows.append("{\n  \"text\": \"\(text)\",\n  \"n\": null\n}")
            case 2: rows.append(#"{"list":["\#(text)",null],"text":"\#(text)"}"#)
            case 3: rows.append(#"{"object":{"a":\#(number),"b":{"c":"\#(text)"}},"n":\#(number)}"#)
            case 4 where index > 2000: rows.append(#"{"late":true,"te\u0078t":"\#(text)"}"#)
            default: rows.append(#"{"text":"\#(text)"}"#)
            }
        }
        return Array((isArray ? "[" + rows.joined(separator: ",\n") + "]" : rows.joined(separator: "\n")).utf8)
    }

    @Test(arguments: DatasetFormat.allCases.filter { $0 != .text }, [false, true])
    func aFileIsTheSameEitherWay(format: DatasetFormat, isArray: Bool) throws {
        for seed in 1...3 as ClosedRange<UInt64> {
            let bytes = Self.rows(seed, isArray: isArray)
            var conversion = RowConversion(to: format, source: "rows")
            conversion.rowGroupSize = 700
            var (batched, single): ([UInt8], [UInt8]) = ([], [])
            let count = try conversion.run(
                reading: { JSONRowReader(bytes: bytes, source: "rows") }, to: { batched += $0 })
            try conversion.run(
                reading: { OneByOne(reader: JSONRowReader(bytes: bytes, source: "rows")) }, to: { single += $0 })
            #expect(count == 3000)
            #expect(batched == single, "seed \(seed)")
        }
    }

    /// Files whose rows beyond the first thousand do, and do not, need columns that the first rows do not.
    private static let tails: [(name: String, row: String?)] = [
        ("nothing new", nil), ("a late column", #"{"text":"a","late":1}"#), ("no whole number", #"{"n":0.5}"#),
        ("a text where there was null", #"{"nothing":"something"}"#), ("a filled list", #"{"list":["a"]}"#),
        ("a filled object", #"{"object":{"a":true}}"#), ("a type that changes", #"{"text":{"a":1}}"#),
        ("a number too large", #"{"n":18446744073709551616}"#),
        ("a number too large, and no whole one", #"{"n":18446744073709551616}"# + "\n" + #"{"n":0.5}"#),
        ("no JSON", #"{"text":"#),
    ]

    @Test(arguments: DatasetFormat.allCases.filter(\.isColumnar), tails.map(\.name))
    func aFileIsTheSameWhereItMayBeBegunAnew(format: DatasetFormat, name: String) throws {
        let tail = try #require(Self.tails.first { $0.name == name }).row
        let usual = #"{"text":"a","n":1,"nothing":null,"list":[],"object":{"b":1}}"#
        let rows = Array(repeating: usual, count: 20_000) + (tail.map { [$0] } ?? []) + [usual]
        let bytes = Array(rows.joined(separator: "\n").utf8)
        let conversion = RowConversion(to: format, source: "rows")
        var (twice, once, restarts): ([UInt8], [UInt8], Int) = ([], [], 0)
        let expected = Result {
            try conversion.run(reading: { JSONRowReader(bytes: bytes, source: "rows") }, to: { twice += $0 })
        }
        let found = Result {
            try conversion.run(
                reading: { JSONRowReader(bytes: bytes, source: "rows") }, to: { once += $0 },
                startOver: {
                    once = []
                    restarts += 1
                })
        }
        #expect(restarts == (["nothing new", "no JSON"].contains(name) ? 0 : 1))
        switch (expected, found) {
        case (.success(let expected), .success(let found)):
            #expect(found == expected)
            #expect(once == twice)
        case (.failure(let expected), .failure(let found)):
            #expect(found as? DatasetFormatsError == expected as? DatasetFormatsError)
        default: Issue.record("\(expected), but \(found)")
        }
    }

    @Test func halfASurrogateIsFoundWhereverItStands() throws {
        for text in [#"\ud83d"#, #"\ude00"#, #"\ud83d\u0041"#, #"\ud83dx"#, #"\ud83d\ud83d\ude00"#, #"\ude00\ud83d"#] {
            let rows = Array(repeating: #"{"a":"x"}"#, count: 500)
            let bytes = Array((rows + [#"{"a":"\#(text)"}"#] + rows).joined(separator: "\n").utf8)
            let conversion = RowConversion(to: .parquet, source: "rows")
            do {
                try conversion.run(reading: { JSONRowReader(bytes: bytes, source: "rows") }, to: { _ in })
                Issue.record("\(text) was read")
            } catch {
                guard case DatasetFormatsError.malformed(_, let place) = error else {
                    Issue.record("\(error)")
                    continue
                }
                #expect(place.line == 501 && place.row == 500, "\(place)")
            }
        }
    }

    @Test func aNumberThatFitsNoColumnIsNamedWithItsRow() throws {
        let rows = Array(repeating: #"{"n":1}"#, count: 800) + [#"{"n":18446744073709551616}"#]
        let padding = Array(repeating: #"{"n":2}"#, count: 800)
        let bytes = Array((rows + padding).joined(separator: "\n").utf8)
        #expect(
            throws: DatasetFormatsError.numberTooLarge(
                source: "rows", row: 800, field: "n", number: "18446744073709551616")
        ) {
            try RowConversion(to: .arrow, source: "rows").run(
                reading: { JSONRowReader(bytes: bytes, source: "rows") }, to: { _ in })
        }
    }

    @Test func whatTheSinkThrowsEndsTheWork() throws {
        struct Full: Error {}
        let bytes = Self.rows(1, isArray: false)
        #expect(throws: Full.self) {
            try RowConversion(to: .parquet, source: "rows").run(
                reading: { JSONRowReader(bytes: bytes, source: "rows") }, to: { if $0.count > 100 { throw Full() } })
        }
    }
}
