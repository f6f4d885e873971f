import ChatTemplates
import DatasetFormats
import SharedData
import Testing

/// Tools told, and calls written and read, as LLaMA-Factory does: `tools/make-llamafactory-fixtures`.
@Suite struct ToolGoldenTests {
    private static let lines = Result { try Fixtures.lines("llamafactory/tools.jsonl") }

    /// Formats of templates that see or hear, which are not among the named ones here.
    private static let absent: Set<String> = ["gemma4"]

    private static func lines(with key: String) throws -> [JSONObject] {
        try lines.get().filter { $0[key] != nil && !absent.contains($0["format"]?.stringValue ?? "") }
    }

    private func format(_ line: JSONObject) throws -> ToolFormat {
        try #require(ToolFormat(rawValue: line["format"]?.stringValue ?? ""))
    }

    private func text(_ value: JSONValue?) -> String { JSONWriter.string(value ?? .null, style: .pythonic) }

    @Test(arguments: try lines(with: "tools"))
    func toolsAreTold(line: JSONObject) throws {
        let told = try format(line).describe(tools: text(line["tools"]))
        let expected = try #require(line["told"]?.stringValue)
        #expect(Array(told.utf8) == Array(expected.utf8))
    }

    @Test(arguments: try lines(with: "calls"))
    func callsAreWrittenAndRead(line: JSONObject) throws {
        let format = try format(line)
        let calls = try ToolCall.calls(fromMessage: text(line["calls"]))
        guard let expected = line["written"]?.stringValue else {
            #expect(throws: ChatTemplatesError.self) { try format.render(calls) }
            return
        }
        let written = try format.render(calls)
        #expect(Array(written.utf8) == Array(expected.utf8))
        let read = format.calls(in: written)
        // Where the reference does not read what it writes, we need not either.
        if line["read"]?.arrayValue != nil { #expect(read == calls) }
    }
}
