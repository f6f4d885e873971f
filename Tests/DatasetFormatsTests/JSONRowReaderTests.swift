import Foundation
import SystemPackage
import Testing

@testable import DatasetFormats

@Suite struct JSONRowReaderTests {
    @Test(arguments: [
        (#"[{"a":1},{"a":2}]"#, JSONLayout.array), ("[\n  {\"a\":1} ,\n {\"a\":2}\n]\n", .array),
        ("\u{FEFF}[{\"a\":1},{\"a\":2}]", .array), ("{\"a\":1}\n{\"a\":2}\n", .lines),
        ("{\"a\":1}\r\n\r\n{\"a\":2}", .lines), ("\u{FEFF}{\"a\":1}\n{\"a\":2}", .lines),
        (#"{"a":1}{"a":2}"#, .concatenated), (#" {"a":1} {"a":2} "#, .concatenated),
    ])
    func layoutsAreToldApartByContent(text: String, layout: JSONLayout) throws {
        let (rows, trailing, found) = try readAll(bytes(text))
        #expect(rows.map { String(decoding: $0.bytes, as: UTF8.self) } == [#"{"a":1}"#, #"{"a":2}"#])
        #expect(found == layout)
        #expect(rows.flatMap { $0.leadingBytes + $0.bytes } + trailing == bytes(text))
        for row in rows { #expect(Array(bytes(text)[row.byteRange]) == row.bytes) }
        #expect(try JSONRowScanner.rowRanges(in: bytes(text), source: "t") == rows.map(\.byteRange))
    }

    @Test func linesAreCounted() throws {
        let (rows, _, _) = try readAll(bytes("[\n{\"a\":\n1},\n\n{\"b\":2}, {\"c\":3}]"))
        #expect(rows.map(\.lineNumber) == [2, 5, 5])
        #expect(rows.map(\.index) == [0, 1, 2])
    }

    @Test(arguments: [
        ("", "rows.json: holds no rows"), (" \n", "rows.json: holds no rows"), ("[]", "rows.json: holds no rows"),
        ("a,b\n1,2", "rows.json: begins with \"a\"; rows are a JSON array of objects, or objects one after another"),
        ("[{\"a\":1}", "rows.json:1:9 (row 1): the text ends in the middle of a value"),
        ("[{\"a\":1},\n{\"b\"", "rows.json:2:1 (row 1): the text ends in the middle of a value"),
        ("[{\"a\":1} {\"a\":2}]", "rows.json:1:10 (row 1): found \"{\" where a comma or ] should be"),
        ("[{\"a\":1},]", "rows.json:1:10 (row 1): found \"]\" where a row should be"),
        ("[{\"a\":1}] x", "rows.json:1:11 (row 1): something follows where the text should end"),
        ("{\"a\":1},{\"a\":2}", "rows.json:1:8 (row 1): found \",\" where a row should be"),
    ])
    func brokenFilesAreRefusedWithThePlace(text: String, message: String) {
        let error = #expect(throws: DatasetFormatsError.self) { try readAll(bytes(text)) }
        #expect(error?.description == message)
    }

    @Test func aRowPastTheLimitIsRefusedBeforeItIsRead() {
        let limits = JSONLimits(maximumRowBytes: 100)
        let text = bytes("{\"a\":1}\n{\"a\":\"" + String(repeating: "x", count: 5_000_000) + "\"}")
        let error = #expect(throws: DatasetFormatsError.self) { try readAll(text, limits: limits) }
        #expect(
            error?.description
                == "rows.json:2:1 (row 1): the row is longer than 100 bytes; split it, or raise the limit with --max-row-bytes"
        )
    }

    @Test func rowsThatAreNoObjectsAreNamed() throws {
        let (rows, _, _) = try readAll(bytes("{\"a\":1}\n[1]\n3"))
        #expect(rows.count == 3)
        for row in rows.dropFirst() {
            let error = #expect(throws: DatasetFormatsError.self) { try JSONParser.parseRow(row, source: "f") }
            #expect(error?.description == "f:\(row.lineNumber):1 (row \(row.index)): a row must be an object, { … }")
        }
    }

    @Test(arguments: 0..<40)
    func everyByteBelongsSomewhere(seed: Int) throws {
        var random = SeededGenerator(UInt64(seed + 1))
        let objects = (0..<random.below(30) + 1).map { _ in random.jsonObject() }
        for layout in [JSONLayout.array, .lines, .concatenated] {
            var text: [UInt8] = layout == .array ? bytes("[ ") : []
            for (index, object) in objects.enumerated() {
                if index > 0 { text += bytes(layout == .array ? " ,\n" : layout == .lines ? "\n" : "") }
                text += JSONWriter.bytes(.object(object), style: layout == .lines ? .compact : .pretty)
            }
            if layout == .array { text += bytes("]\n") }
            let (rows, trailing, _) = try readAll(text)
            #expect(try rows.map { try JSONParser.parseRow($0, source: "t") } == objects)
            #expect(rows.flatMap { $0.leadingBytes + $0.bytes } + trailing == text)
            // Piece by piece, whatever their size.
            for size in [3, 7, 64, 1 << 18] {
                #expect(try starts(of: text, pieces: size).map { Int($0) } == rows.map(\.byteRange.lowerBound))
            }
            // A piece cut before any row gives that row and those after it.
            let cut = random.below(rows.count)
            let start = rows[cut].byteRange.lowerBound
            let ranges = try JSONRowScanner.rowRanges(in: Array(text[start...]), source: "t")
            #expect(ranges.map { $0.lowerBound + start..<$0.upperBound + start } == rows[cut...].map(\.byteRange))
        }
    }

    private func starts(of text: [UInt8], pieces size: Int) throws -> [UInt32] {
        var starts = JSONRowStarts()
        for first in stride(from: 0, to: text.count, by: size) {
            Array(text[first..<min(text.count, first + size)]).withUnsafeBytes { starts.append($0) }
        }
        return try starts.finish(source: "t")
    }

    @Test func aValueThatDoesNotEndIsFoundPieceByPiece() throws {
        for size in [3, 5, 1000] {
            #expect(throws: DatasetFormatsError.self) {
                try starts(of: bytes("{\"a\":1}\n{\"b\":\"2}\n{}"), pieces: size)
            }
            #expect(try starts(of: bytes("\u{FEFF}[{\"a\":1},{\"a\":2}]"), pieces: size) == [4, 12])
        }
    }

    @Test func filesLargerThanThePieceAreRead() throws {
        let path = FilePath(NSTemporaryDirectory() + "ds-rows-\(UUID().uuidString).jsonl")
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: path.string) } }
        let long = String(repeating: "é", count: 700_000)
        var text = ""
        for index in 0..<5000 { text += "{\"row\":\(index),\"text\":\"\(index == 2500 ? long : "short")\"}\n" }
        try text.write(toFile: path.string, atomically: false, encoding: .utf8)
        var reader = try JSONRowReader(path: path)
        var count = 0
        while let row = try reader.next() {
            #expect(try JSONParser.parseRow(row, source: "t")["row"]?.intValue == count)
            count += 1
        }
        #expect(count == 5000)
        #expect(throws: DatasetFormatsError.unreadable(path: "/no/such/file", .noSuchFileOrDirectory)) {
            _ = try JSONRowReader(path: "/no/such/file")
        }
    }
}

@Suite struct JSONStringRewriterTests {
    @Test func onlyStringValuesChange() throws {
        let row = bytes(#"{ "NAME" : "NAME", "list":["NAME",{"k":"x NAME\n"}], "n": 1.0,"u":"\u4f60" }"#)
        let changed = try JSONStringRewriter.rewrite(row, source: "t") {
            $0.contains("NAME") ? $0.replacingOccurrences(of: "NAME", with: "a \"b\"\\\n😀") : nil
        }
        let expected =
            #"{ "NAME" : "a \"b\"\\\n😀", "list":["a \"b\"\\\n😀",{"k":"x a \"b\"\\\n😀\n"}], "n": 1.0,"u":"\u4f60" }"#
        #expect(changed.map { String(decoding: $0, as: UTF8.self) } == expected)
        #expect(try JSONStringRewriter.rewrite(row, source: "t") { _ in nil } == nil)
        #expect(throws: DatasetFormatsError.self) {
            try JSONStringRewriter.rewrite(bytes(#"{"a":"\ud800"}"#), source: "t") { $0 }
        }
    }
}

@Suite struct RowSchemaTests {
    func entry(_ text: String) throws -> JSONObject {
        try #require(try JSONParser.parse(bytes(text), source: "t").objectValue)
    }

    @Test func columnsThatAreNotNamedAreAbsent() throws {
        #expect(try RowSchema(entry: entry("{}")) == RowSchema())
        let schema = try RowSchema(
            entry: entry(#"{"formatting":"sharegpt","columns":{"messages":"m"},"tags":{"role_tag":"role"}}"#))
        #expect(schema.columns[.messages] == "m")
        #expect(schema.columns[.prompt] == nil)
        #expect(schema.tags.role == "role")
        #expect(schema.tags.content == "value")
        #expect(schema.tags.user == nil && schema.tags.system == nil)
        #expect(try RowSchema(entry: schema.json) == schema)
    }

    @Test(arguments: [
        (#"{"formatting":"csv"}"#, "formatting: is none of alpaca, sharegpt, openai"),
        (#"{"ranking":"yes"}"#, "ranking: is a string, not true or false"),
        (
            #"{"columns":{"promt":"x"}}"#,
            "columns.promt: is no column that rows have; those are prompt, query, response, history, messages, system, tools, images, videos, audios, chosen, rejected, kto_tag"
        ), (#"{"tags":{"user_tag":3}}"#, "tags.user_tag: is a number, not a tag's name"),
    ])
    func unknownSettingsAreRefusedByName(text: String, message: String) throws {
        let entry = try entry(text)
        let error = #expect(throws: DatasetFormatsError.self) { try RowSchema(entry: entry) }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        (#"{"instruction":"a","input":"","output":"b"}"#, RowFormatting.alpaca, false),
        (#"{"conversations":[{"from":"human","value":"x"}],"tools":"[]"}"#, .sharegpt, false),
        (#"{"messages":[{"role":"user","content":"x"}]}"#, .openai, false),
        (#"{"prompt":"a","chosen":"b","rejected":"c"}"#, .alpaca, true), (#"{"text":"a"}"#, .alpaca, false),
    ])
    func columnsSpeakForTheirSchema(text: String, formatting: RowFormatting, ranking: Bool) throws {
        let schema = try #require(RowSchema.inferred(fromFirstRow: try entry(text)))
        #expect(schema.formatting == formatting)
        #expect(schema.ranking == ranking)
    }

    /// A row, what it teaches, and its columns.
    @Test(arguments: [
        (#"{"prompt":"a","completion":"b"}"#, AnswerKind.answer, "prompt=prompt response=completion"),
        (#"{"question":"a","answer":"b"}"#, .answer, "prompt=question response=answer"),
        (#"{"input":"a","output":"b"}"#, .answer, "prompt=input response=output"),
        (
            #"{"instruction":"a","input":null,"output":"b","system":"s","history":[]}"#, .answer,
            "prompt=instruction query=input response=output history=history system=system"
        ),
        (
            #"{"prompt":"a","completion":"b","label":true}"#, .judgement,
            "prompt=prompt response=completion kto_tag=label"
        ), (#"{"prompt":"a","completion":"b","label":3}"#, .answer, "prompt=prompt response=completion"),
        (
            #"{"messages":[{"role":"user","content":"x"}],"label":false}"#, .judgement,
            "messages=messages kto_tag=label"
        ),
        (
            #"{"conversations":[{"from":"human","value":"x"}],"chosen":{"from":"gpt","value":"a"},"#
                + #""rejected":{"from":"gpt","value":"b"}}"#, .preference,
            "messages=conversations chosen=chosen rejected=rejected"
        ), (#"{"text":"a","id":7}"#, .text, "prompt=text"),
    ])
    func columnsSayWhatIsTaught(text: String, kind: AnswerKind, columns: String) throws {
        let schema = try #require(RowSchema.inferred(fromFirstRow: try entry(text)))
        #expect(schema.answerKind == kind)
        let found = schema.columns.purposes.map { "\($0.rawValue)=\(schema.columns[$0] ?? "")" }
        #expect(found.joined(separator: " ") == columns)
        #expect(try RowSchema(entry: schema.json) == schema)
    }

    @Test func sharegptRowsMayNameTheirSpeakersAsOpenAIDoes() throws {
        let schema = try #require(
            RowSchema.inferred(
                fromFirstRow: try entry(
                    #"{"conversations":[{"from":"user","value":"x"},{"from":"assistant","value":"y"}]}"#)))
        #expect(schema.tags == RoleTags(user: "user", assistant: "assistant"))
    }

    @Test(arguments: [
        #"{"a":1}"#, #"{"prompt":"a"}"#, #"{"prompt":["a"],"completion":["b"]}"#, #"{"text":["a"]}"#,
        #"{"chosen":"a","rejected":"b"}"#, #"{"prompt":"a","chosen":[],"rejected":[]}"#,
    ])
    func unknownColumnsSayNothing(text: String) throws {
        #expect(RowSchema.inferred(fromFirstRow: try entry(text)) == nil)
    }
}
