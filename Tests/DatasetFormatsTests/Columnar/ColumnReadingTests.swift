import Testing

@testable import DatasetFormats

/// Rows that simdjson reads into columns are what the same rows are when each is read by itself.
@Suite struct ColumnReadingTests {
    private struct Found: Equatable {
        var rows: [String] = []
        var error: DatasetFormatsError?
    }

    /// The rows of a text, in batches of a hundred, and how many were read together.
    private func read(
        _ text: [UInt8], _ fields: [Field], together: Bool, limits: JSONLimits = .standard
    ) throws -> (found: Found, together: Int) {
        var found = Found()
        var count = 0
        do throws(DatasetFormatsError) {
            var reader = JSONRowReader(bytes: text, source: "rows", limits: limits)
            var builder = try BatchBuilder(fields: fields, source: "rows", limits: limits)
            while true {
                let taken = together ? try reader.readRows(into: builder, atMost: 100 - builder.rowCount) : 0
                count += taken
                if taken == 0 {
                    guard let row = try reader.next() else { break }
                    try builder.add(row)
                }
                if builder.rowCount >= 100 { append(try builder.finish(), to: &found) }
            }
            append(try builder.finish(), to: &found)
        } catch {
            found.error = error
        }
        return (found, count)
    }

    private func append(_ batch: RecordBatch, to found: inout Found) {
        for row in 0..<batch.rowCount {
            var text = JSONText(style: .tagged)
            _ = batch.write(row: row, to: &text)
            found.rows.append(String(decoding: text.bytes, as: UTF8.self))
        }
    }

    private func fields(_ rows: [String]) throws -> [Field] {
        var collector = ColumnarSchemaCollector(source: "rows")
        for (index, row) in rows.enumerated() {
            try collector.add(bytes(row), place: JSONPlace(source: "rows", line: index + 1, column: 1, row: index))
        }
        return try collector.fields()
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func randomRowsAreTheSameEitherWay(seed: UInt64) throws {
        var random = RandomRows(seed: seed)
        let rows = random.rows(1200).map { JSONWriter.string(.object($0), style: seed % 2 == 0 ? .compact : .pretty) }
        let text = bytes(
            seed % 3 == 0 ? "[" + rows.joined(separator: ",\n") + "]" : rows.joined(separator: "\n") + "\n")
        let fields = try fields(rows)
        let single = try read(text, fields, together: false).found
        let together = try read(text, fields, together: true)
        #expect(together.found == single)
        #expect(single.rows.count == 1200)
        // All but the first two and the last, after which nothing follows that simdjson may look at.
        #expect(together.together >= 1190)
    }

    /// A row among a thousand usual ones: what simdjson leaves to the careful reader, and what it must not.
    static let rows: [(usual: String, odd: String, isReadTogether: Bool)] = [
        (#"{"n":1.5}"#, #"{"n":0}"#, true), (#"{"n":1.5}"#, #"{"n":-0}"#, false), (#"{"n":1.5}"#, #"{"n":-0.0}"#, true),
        (#"{"n":1.5}"#, #"{"n":9007199254740991}"#, true), (#"{"n":1.5}"#, #"{"n":9007199254740992}"#, false),
        (#"{"n":1.5}"#, #"{"n":9007199254740993}"#, false), (#"{"n":1.5}"#, #"{"n":1e308}"#, true),
        (#"{"n":1.5}"#, #"{"n":1e309}"#, false), (#"{"n":1.5}"#, #"{"n":5e-324}"#, true),
        (#"{"n":1}"#, #"{"n":-9223372036854775808}"#, true), (#"{"n":1}"#, #"{"n":9223372036854775808}"#, false),
        (#"{"n":1}"#, #"{"n":1.0}"#, false), (#"{"n":1}"#, #"{"n":true}"#, false), (#"{"n":1}"#, #"{}"#, true),
        (#"{"n":1}"#, #"{"n":1,"n":1}"#, false), (#"{"n":1}"#, #"{"m":1}"#, false), (#"{"n":1}"#, "7", false),
        (#"{"n":1}"#, #"{"n":1}x"#, false), (#"{"n":1}"#, #"{"n":null}"#, true), (#"{"n":null}"#, #"{"n":1}"#, false),
        (#"{"b":true}"#, #"{"b":false}"#, true), (#"{"b":true}"#, #"{"b":"true"}"#, false),
        (#"{"t":"a"}"#, #"{"t":"\ud83d\ude00\u0000\/"}"#, true), (#"{"t":"a"}"#, #"{"t":"\ud83d"}"#, false),
        (#"{"t":"a"}"#, #"{"\u0074":"b"}"#, true), (#"{"t":"a","u":"b"}"#, #"{"u":"c","t":"d"}"#, true),
        (#"{"l":[1]}"#, #"{"l":[[1]]}"#, false), (#"{"l":[1]}"#, #"{"l":[1,"a"]}"#, false),
        (#"{"l":[1]}"#, #"{"l":[]}"#, true), (#"{"l":[[1],null]}"#, #"{"l":[null,[null]]}"#, true),
        (#"{"o":{"a":1,"b":"x"}}"#, #"{"o":{"b":"y"}}"#, true), (#"{"o":{"a":1}}"#, #"{"o":null}"#, true),
        (#"{"o":{"a":1}}"#, #"{"o":{"a":1,"c":1}}"#, false), (#"{"o":{"a":1}}"#, #"{"o":{"a":1,"a":1}}"#, false),
        (#"{"o":{"a":1}}"#, #"{"o":[1]}"#, false),
    ]

    @Test(arguments: rows.indices)
    func anOddRowIsTheSameEitherWay(index: Int) throws {
        let (usual, odd, isReadTogether) = Self.rows[index]
        let usualRows = [String](repeating: usual, count: 500)
        let fields = try fields([usual])
        let text = bytes((usualRows + [odd] + usualRows).joined(separator: "\n"))
        let single = try read(text, fields, together: false).found
        let together = try read(text, fields, together: true)
        #expect(together.found == single, "\(odd)")
        if single.error == nil {
            #expect(single.rows.count == 1001)
            let left = 1001 - together.together
            #expect(isReadTogether ? left < 20 : left > 0)
        } else {
            #expect(!isReadTogether)
        }
    }

    /// Rows that need more room than the rows before, of texts, of elements and of both.
    @Test(arguments: [1, 1000, 3000])
    func roomGrowsWithTheRows(size: Int) throws {
        let rows = (0..<300).map { index in
            let text = String(repeating: "é", count: index * size / 10)
            let list = [String](repeating: "[\"\(text.prefix(3))\",null]", count: index * size / 100)
            return #"{"text":"\#(text)","list":[\#(list.joined(separator: ","))]}"#
        }
        let text = bytes(rows.joined(separator: "\n"))
        let fields = try fields([#"{"text":"a","list":[["a"]]}"#])
        let single = try read(text, fields, together: false).found
        #expect(single.rows.count == 300)
        #expect(try read(text, fields, together: true).found == single)
    }

    /// Many fields in another order are left to the careful reader, and few are not.
    @Test(arguments: [40, 300])
    func theOrderOfFieldsDoesNotMatter(count: Int) throws {
        func row(_ order: some Sequence<Int>) -> String {
            "{" + order.map { "\"field\($0)\":\($0)" }.joined(separator: ",") + "}"
        }
        let rows = (0..<200).map { $0 % 2 == 0 ? row(0..<count) : row((0..<count).reversed()) }
        let text = bytes(rows.joined(separator: "\n"))
        let fields = try fields([rows[0]])
        let single = try read(text, fields, together: false).found
        let together = try read(text, fields, together: true)
        #expect(single.rows.count == 200)
        #expect(together.found == single)
        #expect(count == 40 ? together.together > 190 : (90...110).contains(together.together))
    }

    /// Neither way nests deeper than the limit.
    @Test(arguments: [1, 2, 3, 4])
    func nestingIsLimited(depth: Int) throws {
        let row = #"{"a":{"b":[1]}}"#
        let text = bytes([String](repeating: row, count: 100).joined(separator: "\n"))
        let limits = JSONLimits(maximumDepth: depth)
        let fields = try fields([row])
        let single = try read(text, fields, together: false, limits: limits).found
        #expect((single.error == nil) == (depth >= 3))
        #expect(try read(text, fields, together: true, limits: limits).found == single)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func damageIsFoundEitherWay(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let row = #"{"text":"a\n\u00e9","n":-12.5,"list":[{"x":true},null],"none":null}"#
        var text = bytes([String](repeating: row, count: 60).joined(separator: "\n"))
        for _ in 0...random.below(3) { text[random.below(text.count)] = UInt8(truncatingIfNeeded: random.next()) }
        let fields = try fields([row])
        let single = try read(text, fields, together: false).found
        #expect(try read(text, fields, together: true).found == single)
    }
}
