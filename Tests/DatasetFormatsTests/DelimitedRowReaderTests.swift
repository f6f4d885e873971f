import DatasetFormats
import Testing

@Suite struct DelimitedRowReaderTests {
    /// A text, and the fields of its records after the header.
    static let tables: [(text: String, records: [[String]])] = [
        ("a,b\n1,2\n", [["1", "2"]]),
        ("a,b\r\n1,2\r\n3,4", [["1", "2"], ["3", "4"]]),
        ("a,b\n1,2\r", [["1", "2"]]),
        ("\u{FEFF}a,b\n1,2", [["1", "2"]]),
        ("a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", [["x,y", "say \"hi\""]]),
        ("a,b\n\"two\nlines\",\"three\r\nor\rmore\"\n", [["two\nlines", "three\r\nor\rmore"]]),
        ("a,b\n,\n\"\",\"\"\n", [["", ""], ["", ""]]),
        ("a,b\n\n1,2\n\r\n3,4\n\n", [["1", "2"], ["3", "4"]]),
        ("a\n\"\"\n\nx\n\"\"", [[""], ["x"], [""]]),
        ("a,b\n mid\"quote , space \n", [[" mid\"quote ", " space "]]),
        ("名,b\n我是\u{1F600},é\n", [["我是\u{1F600}", "é"]]),
        ("a,b\n\"\"\"\",\"\"\"\"\"\"\n", [["\"", "\"\""]]),
    ]

    @Test(arguments: tables)
    func readsRecords(text: String, records: [[String]]) throws {
        #expect(try read(text) == records)
    }

    @Test func namesColumnsAndPlaces() throws {
        var reader = try DelimitedRowReader(bytes: Array("x,\n\n\"1\n2\",3\n4,5".utf8), source: "t.csv", dialect: .csv)
        let first = try #require(try reader.next())
        #expect(reader.columns == ["x", "column_2"])
        #expect(first.lineNumber == 3)
        #expect(reader.object(of: first) == ["x": .string("1\n2"), "column_2": .string("3")])
        let second = try #require(try reader.next())
        #expect(second.lineNumber == 5)
        #expect(second.index == 1)
        #expect(second.endOffset == 15)
        #expect(try reader.next() == nil)
        #expect(reader.blankLineCount == 1)
    }

    @Test func readsWithoutHeader() throws {
        let dialect = DelimitedDialect(delimiter: UInt8(ascii: "\t"), hasHeader: false)
        var reader = try DelimitedRowReader(bytes: Array("1\t2\n".utf8), source: "t.tsv", dialect: dialect)
        let record = try #require(try reader.next())
        #expect(reader.object(of: record) == ["column_1": .string("1"), "column_2": .string("2")])
    }

    static let broken: [(text: String, message: String)] = [
        (
            "a,b\n1,2,3\n",
            "t.csv:2 (row 0): the record has 3 fields, and the first has 2; quote fields that hold the delimiter"
        ),
        ("a,a\n1,2\n", "t.csv:1: two columns are called \"a\"; give each a name of its own"),
        (
            "a,b\n1,\"2\n3,4\n",
            "t.csv:2 (row 0): a field begins with a quote that is never closed; double the quotes inside a quoted field"
        ),
        (
            "a,b\n1,2\n\"x\"y,2\n",
            "t.csv:3 (row 1): \"y\" follows a closing quote, where the field should end; double the quotes inside a"
                + " quoted field"
        ),
        ("a,b\n", "t.csv: holds no rows"),
        ("", "t.csv: holds no rows"),
    ]

    @Test(arguments: broken)
    func saysWhatIsWrongAndWhere(text: String, message: String) {
        let error = #expect(throws: DatasetFormatsError.self) { try read(text) }
        #expect(error?.description == message)
    }

    @Test func goesOnAfterABadRecord() throws {
        var reader = try DelimitedRowReader(
            bytes: Array("a,b\n1\n".utf8) + [0xFF, 0x2C, 0x31, 0x0A] + Array("5,6\n".utf8), source: "t.csv",
            dialect: .csv)
        #expect(throws: DatasetFormatsError.self) { try reader.next() }
        #expect(throws: DatasetFormatsError.malformedRecord(.invalidUTF8, source: "t.csv", line: 3, row: 1)) {
            try reader.next()
        }
        #expect(try reader.next()?.fields == ["5", "6"])
    }

    @Test func refusesALongRecord() throws {
        let text = "a\n\"" + String(repeating: "x", count: 5_000_000)
        var limits = JSONLimits.standard
        limits.maximumRowBytes = 1_000_000
        var reader = try DelimitedRowReader(bytes: Array(text.utf8), source: "t.csv", dialect: .csv, limits: limits)
        let error = #expect(throws: DatasetFormatsError.self) { try reader.next() }
        guard case .rowTooLong(limit: 1_000_000, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// Records and their places stay right where the reader lets go of what it has read.
    @Test func aLargeTableIsReadInPieces() throws {
        let lines = (0..<200_000).map { "\($0),\"a, \($0)\"" }
        let text = bytes("n,text\n" + lines.joined(separator: "\n"))
        #expect(text.count > 3 << 20)
        var reader = try DelimitedRowReader(bytes: text, source: "t.csv", dialect: .csv)
        var offset = 6
        for (index, line) in lines.enumerated() {
            let record = try #require(try reader.next())
            offset += 1 + line.utf8.count
            #expect(record.fields == ["\(index)", "a, \(index)"] && record.lineNumber == index + 2)
            #expect(record.endOffset == min(offset + 1, text.count))
        }
        #expect(try reader.next() == nil)
    }

    /// What is written reads back as it was, whatever the fields hold and wherever the reader's pieces end.
    @Test(arguments: 0..<20)
    func readsBackWhatIsWritten(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let pieces = ["a", ",", "\"", "\n", "\r\n", "\r", "é", "\t", " ", "\u{1F600}", ""]
        let columnCount = Int.random(in: 1...4, using: &random)
        let columns = (0..<columnCount).map { "c\($0)" }
        let rows = (0..<200).map { _ in
            columns.map { _ in
                (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
                    .joined()
            }
        }
        let writer = DelimitedWriter(dialect: seed % 2 == 0 ? .csv : .tsv, columns: columns)
        var bytes = writer.header
        for (index, row) in rows.enumerated() {
            var object = JSONObject()
            for (name, field) in zip(columns, row) { object[name] = .string(field) }
            try writer.append(object, index: index, to: &bytes)
        }
        var reader = try DelimitedRowReader(bytes: bytes, source: "t", dialect: writer.dialect)
        var found: [[String]] = []
        while let record = try reader.next() { found.append(record.fields) }
        #expect(found.map { $0.map { Array($0.utf8) } } == rows.map { $0.map { Array($0.utf8) } })
    }

    private func read(_ text: String) throws -> [[String]] {
        var reader = try DelimitedRowReader(bytes: Array(text.utf8), source: "t.csv", dialect: .csv)
        var records: [[String]] = []
        while let record = try reader.next() { records.append(record.fields) }
        return records
    }
}
