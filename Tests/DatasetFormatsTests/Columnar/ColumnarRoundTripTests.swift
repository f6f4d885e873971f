import DatasetFormats
import Testing

@Suite struct ColumnarRoundTripTests {
    @Test(arguments: ColumnarFile.forms)
    func randomRowsComeBack(form: ColumnarFile.Form) throws {
        for seed in 0..<40 as Range<UInt64> {
            var random = RandomRows(seed: seed)
            let rows = random.rows(seed % 5 == 0 ? 1 : 60)
            let bytes = try ColumnarFile.write(rows, as: form, rowGroupSize: 25)
            #expect(try ColumnarFile.rows(bytes, form.format) == rows.map { .object($0) }, "seed \(seed)")
        }
    }

    /// Many rows with few values, then values that no dictionary holds: both encodings in one column.
    @Test(arguments: ColumnarFile.forms.filter { $0.format == .parquet })
    func dictionariesGiveWay(form: ColumnarFile.Form) throws {
        let rows = (0..<9000).map { index -> JSONObject in
            ["a": .string(index < 4000 ? "same" : String(repeating: "\(index)", count: 60)), "b": .int(index % 7)]
        }
        let bytes = try ColumnarFile.write(rows, as: form, rowsOfBatch: 1000)
        #expect(try ColumnarFile.rows(bytes, .parquet) == rows.map { .object($0) })
    }

    @Test(arguments: [DatasetFormat.parquet, .arrow, .arrowStream])
    func theUnionOfAllRowsIsTheSchema(format: DatasetFormat) throws {
        let form = ColumnarFile.Form(format: format, compression: .none)
        let rows = try ColumnarFile.objects([
            #"{"a":1}"#, #"{"b":{"x":null}}"#, #"{"b":{"y":"t"},"a":0.5}"#, #"{"c":[]}"#,
        ])
        let expected = [
            #"{"a":1.0,"b":null,"c":null}"#, #"{"a":null,"b":{"x":null,"y":null},"c":null}"#,
            #"{"a":0.5,"b":{"x":null,"y":"t"},"c":null}"#, #"{"a":null,"b":null,"c":[]}"#,
        ]
        let found = try ColumnarFile.rows(try ColumnarFile.write(rows, as: form), format)
        #expect(found.map { JSONWriter.string($0, style: .compact) } == expected)
    }

    @Test(arguments: [DatasetFormat.parquet, .arrow, .arrowStream])
    func aFileMayHaveNoRows(format: DatasetFormat) throws {
        let form = ColumnarFile.Form(format: format, compression: .none)
        #expect(try ColumnarFile.rows(try ColumnarFile.write([], as: form), format).isEmpty)
    }

    @Test func aFieldOfTwoTypesNamesItsRows() throws {
        let rows = try ColumnarFile.objects([#"{"a":{"b":null}}"#, #"{"a":{"b":1}}"#, #"{"a":{"b":"1"}}"#])
        #expect(
            throws: DatasetFormatsError.mixedTypes(
                source: "rows", field: "a.b", first: "a number", row: 1, second: "a string", secondRow: 2)
        ) {
            _ = try ColumnarFile.write(rows, as: ColumnarFile.Form(format: .parquet, compression: .none))
        }
    }

    @Test(arguments: ["9223372036854775808", "-9223372036854775809", "123456789012345678901234567890"])
    func aNumberThatDoesNotFitIsNamed(number: String) throws {
        let row = RawRow(
            index: 4, byteRange: 0..<0, lineNumber: 5, leadingBytes: [], bytes: Array("{\"n\": \(number)}".utf8))
        var builder = try BatchBuilder(fields: [Field("n", .integer(.int64))], source: "rows")
        #expect(throws: DatasetFormatsError.numberTooLarge(source: "rows", row: 4, field: "n", number: number)) {
            try builder.add(row)
        }
    }

    @Test(arguments: [
        (#"{"a":1,"a":2}"#, JSONDefect.duplicateKey("a")), (#"{"a":01}"#, .invalidNumber),
        (#"{"a":"\ud800"}"#, .loneSurrogate),
        (#"{"a":[1,]}"#, .unexpected(byte: 0x5D, wanted: "a value")), (#"[1]"#, .notAnObject),
        (#"{"a":1} x"#, .trailing),
        (#"{"a":"\x"}"#, .invalidEscape), (#"{"a":tru}"#, .unexpected(byte: 0x7D, wanted: "true")),
        (#"{"a"#, .truncated),
    ])
    func rowsAreReadStrictly(text: String, defect: JSONDefect) throws {
        let row = RawRow(index: 0, byteRange: 0..<0, lineNumber: 1, leadingBytes: [], bytes: Array(text.utf8))
        var collector = ColumnarSchemaCollector(source: "rows")
        let error = #expect(throws: DatasetFormatsError.self) { try collector.add(row) }
        guard case .malformed(defect, _) = error else {
            Issue.record("\(text): \(String(describing: error))")
            return
        }
    }
}
