import Testing

@testable import ChatTemplates

@Suite struct TemplateFileTests {
    private static let good = #""user": ["u"], "assistant": ["a"], "system": ["s"]"#

    private func file(_ entries: String) -> [UInt8] { Array(#"{"format": 1, "templates": [\#(entries)]}"#.utf8) }

    @Test func whatATemplateDoesNotSayIsCommon() throws {
        let template = try #require(try TemplateFile(file(#"{"name": "x", \#(Self.good)}"#)).templates.first)
        #expect(template.function == template.assistant)
        #expect(template.observation == template.user)
        #expect(template.toolFormat == .standard)
        #expect(!template.isReasoning)
    }

    @Test(arguments: [
        "{}", #"{"name": "x", "user": ["u"], "assistant": ["a"]}"#, #"{"name": "x", \#(good), "more": 1}"#,
        #"{"name": "x", \#(good), "prefix": "text"}"#, #"{"name": "x", \#(good), "prefix": [{"special": "pad"}]}"#,
        #"{"name": "x", \#(good), "tool_format": "unknown"}"#, #"{"name": "x", \#(good), "stop_words": [1]}"#,
        #"{"name": "x", \#(good), "thought_words": ["one"]}"#, #"{"name": "x", \#(good), "efficient_eos": "yes"}"#,
        #"{"name": "x", \#(good)}, {"name": "x", \#(good)}"#,
    ])
    func whatIsNotAsTheFormatSaysIsRefused(entries: String) {
        #expect(throws: ChatTemplatesError.self) { try TemplateFile(file(entries)) }
    }

    @Test(arguments: ["", "{}", "[]", #"{"format": 2, "templates": []}"#])
    func anotherFileIsRefused(text: String) {
        #expect(throws: ChatTemplatesError.self) { try TemplateFile(Array(text.utf8)) }
    }

    @Test func theBuiltInFileIsWhole() throws {
        #expect(ChatTemplate.named.count == 73)
        #expect(try ChatTemplate.named("qwen3").isReasoning)
        #expect(try ChatTemplate.named("llama2").json["system_place"] == .string("user"))
    }
}
