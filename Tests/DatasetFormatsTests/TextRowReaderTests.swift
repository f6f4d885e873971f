import Testing

@testable import DatasetFormats

@Suite struct TextRowReaderTests {
    static let texts: [(text: String, unit: TextRowReader.Unit, documents: [String])] = [
        ("one\ntwo\n", .line, ["one", "two"]),
        ("one\r\n\n  \ntwo", .line, ["one", "two"]),
        ("\u{FEFF} one \n", .line, [" one "]),
        ("one\n\ntwo\n", .file, ["one\n\ntwo"]),
        ("one\r\n", .file, ["one"]),
    ]

    @Test(arguments: texts)
    func readsDocuments(text: String, unit: TextRowReader.Unit, documents: [String]) throws {
        var reader = TextRowReader(bytes: Array(text.utf8), source: "t.txt", unit: unit)
        var found: [String] = []
        while let document = try reader.next() { found.append(document.text) }
        #expect(found == documents)
    }

    @Test func countsBlankLinesAndNamesPlaces() throws {
        var reader = TextRowReader(bytes: Array("\none\n\n\ntwo\n".utf8), source: "t.txt")
        #expect(try reader.next() == TextDocument(index: 0, lineNumber: 2, endOffset: 5, text: "one"))
        #expect(try reader.next() == TextDocument(index: 1, lineNumber: 5, endOffset: 11, text: "two"))
        #expect(try reader.next() == nil)
        #expect(reader.blankLineCount == 3)
    }

    @Test func goesOnAfterALineThatIsNotUTF8() throws {
        var reader = TextRowReader(bytes: [0x61, 0x0A, 0xC3, 0x28, 0x0A, 0x62], source: "t.txt")
        #expect(try reader.next()?.text == "a")
        #expect(throws: DatasetFormatsError.malformedText(source: "t.txt", line: 2, row: 1)) { try reader.next() }
        #expect(try reader.next()?.text == "b")
    }

    @Test(arguments: ["", "\n \n"])
    func refusesAFileWithoutDocuments(text: String) {
        var reader = TextRowReader(bytes: Array(text.utf8), source: "t.txt")
        #expect(throws: DatasetFormatsError.noRows(source: "t.txt")) { try reader.next() }
    }
}
