import ContentStore
import DatasetFormats
import Testing

@testable import DatasetRegistry

@Suite struct DatasetInspectorTests {
    private let temporary: TemporaryStore

    init() throws { temporary = try TemporaryStore() }

    private func inspect(
        _ text: String, schema: RowSchema? = nil, checks: [DatasetInspector.RowCheck] = []
    ) throws -> [String] {
        var options = DatasetImporter.Options()
        options.schema = schema
        try temporary.add(bytes(text), options: options)
        var inspector = DatasetInspector(try temporary.open(), rowChecks: checks)
        return try inspector.run().findings.map {
            "\($0.check) \($0.subject) \($0.count) \($0.rows): \($0.detail)"
        }
    }

    @Test func aCleanDatasetHasNothingOdd() throws {
        #expect(
            try inspect("{\"instruction\":\"q\",\"output\":\"a\"}\n{\"instruction\":\"p\",\"output\":\"b\"}\n") == [])
    }

    @Test func aColumnWhoseTypeChangesIsNamedWithTheFirstRowOfEach() throws {
        let rows = ["\"a\"", "null", "1", "\"b\"", "[1]", "2"].map { "{\"x\":\($0)}\n" }.joined()
        #expect(
            try inspect(rows) == [
                "types x 4 [0, 1, 2, 4]: string in 2, first in row 0; null in 1, first in row 1;"
                    + " number in 2, first in row 2; list in 1, first in row 4"
            ])
        #expect(try inspect("{\"x\":null}\n{\"x\":1}\n") == [])
    }

    @Test func rowsThatSayTheSameAreDuplicates() throws {
        #expect(
            try inspect("{\"a\":1,\"b\":2}\n{\"c\":1}\n{\"b\": 2,\"a\":1}\n{\"a\":1,\"b\":2}\n") == [
                "duplicates  2 [2, 3]: says what an earlier row says; row 2 is row 0"
            ])
    }

    @Test(arguments: [
        ("{\"instruction\":\"q\",\"output\":\"\"}", true), ("{\"instruction\":\"q\",\"output\":\" \\n\"}", true),
        ("{\"instruction\":\"q\",\"output\":null}", true), ("{\"instruction\":\"q\"}", true),
        ("{\"instruction\":\"q\",\"output\":\"a\"}", false), ("{\"instruction\":\"\",\"output\":\"a\"}", false),
    ])
    func anEmptyAnswerIsNamed(row: String, isEmpty: Bool) throws {
        let findings = try inspect(row + "\n", schema: RowSchema())
        #expect(findings == (isEmpty ? ["empty_answers output 1 [0]: is empty"] : []))
    }

    @Test(arguments: [("", true), ("  ", true), ("a", false)])
    func anEmptyTurnIsNamed(answer: String, isEmpty: Bool) throws {
        let row =
            "{\"conversations\":[{\"from\":\"human\",\"value\":\"\"},{\"from\":\"gpt\",\"value\":\"\(answer)\"}]}\n"
        let findings = try inspect(row, schema: RowSchema(formatting: .sharegpt))
        #expect(findings == (isEmpty ? ["empty_answers conversations 1 [0]: is empty"] : []))
    }

    @Test func placeholdersThatRemainAreNamed() throws {
        let rows = "{\"a\":\"I am NAME\"}\n{\"b\":[{\"c\":\"{{who}} and NAME\"}]}\n{\"NAME\":\"USERNAME\"}\n"
        #expect(
            try inspect(rows) == [
                "placeholders NAME 2 [0, 1]: remains; fill it in with: ds fork --set",
                "placeholders {{who}} 1 [1]: remains; fill it in with: ds fork --set",
            ])
    }

    @Test func aCallersChecksAreAsked() throws {
        let rows = (0..<9).map { "{\"n\":\($0)}\n" }.joined()
        let check = DatasetInspector.RowCheck(name: "odd") { row, index in
            row["n"]?.intValue.map { $0 % 2 == 1 } == true ? "row \(index) is odd" : nil
        }
        #expect(try inspect(rows, checks: [check]) == ["odd  4 [1, 3, 5, 7]: row 1 is odd"])
    }
}
