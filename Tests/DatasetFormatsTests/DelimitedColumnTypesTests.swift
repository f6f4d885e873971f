import Testing

@testable import DatasetFormats

@Suite struct DelimitedColumnTypesTests {
    private func rows(_ text: String) throws -> [String] {
        func open() throws -> DelimitedRowReader {
            try DelimitedRowReader(bytes: Array(text.utf8), source: "t.csv", dialect: .csv)
        }
        var reader = try open()
        reader.types = try DelimitedColumnTypes(of: open())
        var rows: [String] = []
        while let record = try reader.next() {
            rows.append(JSONWriter.string(.object(reader.object(of: record)), style: .compact))
        }
        return rows
    }

    /// A column's fields, and what they become.
    static let columns: [(fields: [String], values: [String])] = [
        (["1", "-2.50", "1e5", ""], ["1", "-2.50", "1e5", "null"]),
        (["true", "false", ""], ["true", "false", "null"]),
        (["1", "true"], ["\"1\"", "\"true\""]), (["True"], ["\"True\""]),
        (["007", "1"], ["\"007\"", "\"1\""]), (["+1"], ["\"+1\""]), ([".5"], ["\".5\""]), (["1."], ["\"1.\""]),
        (["NaN"], ["\"NaN\""]), ([" 1"], ["\" 1\""]), (["-"], ["\"-\""]), (["1e"], ["\"1e\""]),
        (["123456789012345678901234567890"], ["123456789012345678901234567890"]),
        (["", ""], ["\"\"", "\"\""]), (["x", "1"], ["\"x\"", "\"1\""]),
    ]

    @Test(arguments: columns)
    func aColumnHasOneTypeWhateverTheOrder(fields: [String], values: [String]) throws {
        let text = "n,a\n" + fields.map { "\"\($0)\",x\n" }.joined()
        #expect(try rows(text) == values.map { "{\"n\":\($0),\"a\":\"x\"}" })
        let backwards = "n,a\n" + fields.reversed().map { "\"\($0)\",x\n" }.joined()
        #expect(try rows(backwards) == values.reversed().map { "{\"n\":\($0),\"a\":\"x\"}" })
    }
}
