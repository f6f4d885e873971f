import DatasetFormats
import Testing

@testable import ChatTemplates

@Suite struct ToolFormatTests {
    private static let weather = ToolCall(
        name: "get_weather", arguments: .object(["city": .string("São Paulo"), "days": .int(3)]))
    private static let hosts = ToolCall(
        name: "查询资产", arguments: .object(["query": .string("port=\"80\" && country=\"CN\""), "size": .int(10)]))

    @Test(arguments: [
        (
            ToolFormat.standard,
            """
            Action: get_weather
            Action Input: {"city": "São Paulo", "days": 3}
            """
        ),
        (.glm4, "get_weather\n{\"city\": \"São Paulo\", \"days\": 3}"),
        (
            .glm4MixtureOfExperts,
            """

            <tool_call>get_weather
            <arg_key>city</arg_key>
            <arg_value>São Paulo</arg_value>
            <arg_key>days</arg_key>
            <arg_value>3</arg_value>
            """
        ),
        (.lfm2, "<|tool_call_start|>[get_weather(city=\"São Paulo\", days=3)]<|tool_call_end|>"),
        (
            .ling,
            """
            <tool_call>
            {"name": "get_weather", "arguments": {"city": "São Paulo", "days": 3}}
            </tool_call>
            """
        ),
        (.llama3, #"{"name": "get_weather", "parameters": {"city": "São Paulo", "days": 3}}"#),
        (
            .minimax1,
            """
            <tool_calls>
            {"name": "get_weather", "arguments": {"city": "São Paulo", "days": 3}}
            </tool_calls>
            """
        ),
        (
            .minimax2,
            """
            <invoke name="get_weather">
            <parameter name="city">São Paulo</parameter>
            <parameter name="days">3</parameter>
            </invoke>
            """
        ),
        (.mistral, #"[{"name": "get_weather", "arguments": {"city": "São Paulo", "days": 3}}]"#),
        (
            .qwen,
            """
            <tool_call>
            {"name": "get_weather", "arguments": {"city": "São Paulo", "days": 3}}
            </tool_call>
            """
        ),
        (
            .seedOSS,
            """

            <seed:tool_call>
            <function=get_weather
            <parameter=city>São Paulo</parameter>
            <parameter=days>3</parameter>
            </function>
            </seed:tool_call>
            """
        ),
    ])
    func aCallIsWrittenAndReadBack(format: ToolFormat, text: String) throws {
        #expect(try format.render([Self.weather]) == text)
        #expect(format.calls(in: text) == [Self.weather])
    }

    @Test(arguments: ToolFormat.allCases)
    func severalCallsAreReadBack(format: ToolFormat) throws {
        let calls = [Self.weather, Self.hosts, ToolCall(name: "now", arguments: .object([:]))]
        guard format != .glm4 else {
            #expect(throws: ChatTemplatesError.parallelCalls(format: "glm4", count: 3)) { try format.render(calls) }
            return
        }
        #expect(format.calls(in: try format.render(calls)) == calls)
    }

    /// Calls of every kind of argument, read back from what each format writes.
    @Test(arguments: ToolFormat.allCases)
    func anyCallsAreReadBack(format: ToolFormat) throws {
        var random = RandomCalls(seed: 7)
        for _ in 0..<300 {
            let calls = random.calls(format == .glm4 ? 1 : 3)
            let text = try format.render(calls)
            #expect(format.calls(in: text) == calls, "\(text)")
        }
    }

    @Test(arguments: [
        // Models say more than calls, and write them as they were taught elsewhere.
        (ToolFormat.standard, "I will look.\nAction: f\nAction Input: ```json\n{\"a\": 1}\n```\nObservation: ok"),
        (.standard, "Action: f Action Input: {\"a\":1}"),
        (.glm4, "f\n  {\"a\": 1}\n"),
        (.glm4MixtureOfExperts, "Well.\n<tool_call>f\n<arg_key>a</arg_key>\n<arg_value>1</arg_value>\n</tool_call>"),
        (.lfm2, "<|tool_call_start|>[ f( a = 1 ) ]<|tool_call_end|>done"),
        (.qwen, "Let me see.\n\n<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 1}}</tool_call>"),
        (.qwen, "<tool_call>\n{\"arguments\": {\"a\": 1}, \"name\": \"f\"}\n"),
        (.llama3, "<|python_tag|>{\"name\": \"f\", \"parameters\": {\"a\": 1}}"),
        (.llama3, "\n[{\"name\": \"f\", \"parameters\": {\"a\": 1}}]\n"),
        (.minimax1, "<tool_calls>{\"name\": \"f\", \"arguments\": {\"a\": 1}}"),
        (
            .minimax2,
            "<minimax:tool_call>\n<invoke name=\"f\"><parameter name=\"a\">1</parameter></invoke>\n</minimax:tool_call>"
        ),
        (.mistral, "[TOOL_CALLS] [{\"name\": \"f\", \"arguments\": {\"a\": 1}}]"),
        (.mistral, "{\"name\": \"f\", \"arguments\": {\"a\": 1}}"),
        (.seedOSS, "<seed:tool_call><function=f><parameter=a>1</parameter></function></seed:tool_call>"),
    ])
    func otherWaysOfWritingACallAreRead(format: ToolFormat, text: String) {
        #expect(format.calls(in: text) == [ToolCall(name: "f", arguments: .object(["a": .int(1)]))])
    }

    @Test(arguments: ToolFormat.allCases, ["", " \n", "The answer is 4.", "{}", "[]", "null", "\"f\"", "[[[", "💥"])
    func textWithoutACallHasNone(format: ToolFormat, text: String) {
        #expect(format.calls(in: text) == nil)
    }

    @Test(arguments: [
        (ToolFormat.standard, "Action: f\nAction Input: {\"a\": "),
        (.standard, "Action: f\nAction Input: it is 4"),
        (.standard, "Action:"),
        (.glm4, "The answer is\n{\"a\": 1}"),
        (.glm4, "f\n[1]"),
        (.glm4, "f\n{\"a\": 1} and more"),
        (.glm4MixtureOfExperts, "<tool_call>"),
        (.glm4MixtureOfExperts, "<tool_call>f\n<arg_key>a</arg_key>\n<arg_key>b</arg_key>"),
        (.glm4MixtureOfExperts, "<tool_call>f\n<arg_key>a"),
        (.lfm2, "<|tool_call_start|>f(a=1)"),
        (.lfm2, "<|tool_call_start|>[f(a=1"),
        (.lfm2, "<|tool_call_start|>[f(1)]"),
        (.lfm2, "<|tool_call_start|>[f(a=\"x)]"),
        (.lfm2, "<|tool_call_start|>[f(a=g(1))]"),
        (.qwen, "<tool_call>\n{\"name\": 3, \"arguments\": {}}\n</tool_call>"),
        (.qwen, "<tool_call>\n{\"name\": \"f\"}\n</tool_call>"),
        (.qwen, "<tool_call>\n{\"name\": \"f\", \"arguments\": {}} and more</tool_call>"),
        (.ling, "<tool_call>f()</tool_call>"),
        (.llama3, "{\"name\": \"f\", \"arguments\": {}}"),
        (.llama3, "[{\"name\": \"f\", \"parameters\": {}}, 4]"),
        (.minimax1, "<tool_calls>\nthis is not json\n</tool_calls>"),
        (.minimax2, "<minimax:tool_call>\nno invoke\n</minimax:tool_call>"),
        (.minimax2, "<invoke name=\"f\">\n<parameter name=\"a\">1\n</invoke>"),
        (.mistral, "[TOOL_CALLS] [{\"name\": \"f\"}]"),
        (.seedOSS, "<seed:tool_call>\n<parameter=a>1</parameter>"),
        (.seedOSS, "<seed:tool_call>\n<function=f\n<parameter=a>1</parameter>"),
    ])
    func aDamagedCallIsText(format: ToolFormat, text: String) {
        #expect(format.calls(in: text) == nil)
    }

    /// Scraps of the formats' own words in any order, and cut anywhere: whatever is read, nothing breaks.
    @Test(arguments: ToolFormat.allCases)
    func hostileTextBreaksNothing(format: ToolFormat) throws {
        let scraps =
            [
                "<tool_call>", "</tool_call>", "<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>", "Action:",
                "Action Input:", "<tool_calls>", "<invoke name=\"", "\">", "<parameter name=\"", "<parameter=",
                "</parameter>", "<seed:tool_call>", "<function=", "</function>", "<|tool_call_start|>", "[", "]", "(",
                ")", "{", "}", "\"", "'", "\\", ":", ",", "=", "\n", " ", "name", "\"name\": \"f\"", "\"arguments\": ",
                "\u{0}", "é", "\u{301}", "🏳️‍🌈", "1e999", "-", "True", "```",
            ] + [try format.render([Self.weather])]
        var random = RandomCalls(seed: 11)
        for _ in 0..<2000 {
            let text = (0..<random.below(40)).map { _ in scraps[random.below(scraps.count)] }.joined()
            if let calls = format.calls(in: text) { #expect(!calls.isEmpty) }
            _ = format.calls(in: String(text.unicodeScalars.prefix(random.below(60))))
        }
        for scrap in scraps { _ = format.calls(in: String(repeating: scrap, count: 20_000)) }
    }

    @Test(arguments: [
        (ToolFormat.standard, "Action: f\nAction Input: "), (.glm4, "f\n"), (.lfm2, "<|tool_call_start|>[f(a="),
        (.qwen, "<tool_call>"), (.llama3, ""), (.minimax1, "<tool_calls>"), (.mistral, ""),
    ])
    func whatIsNestedTooDeepIsText(format: ToolFormat, opening: String) {
        for bracket in ["[", "{\"a\":", "{'a':"] {
            let deep = String(repeating: bracket, count: 100_000)
            #expect(format.calls(in: opening + deep) == nil)
            let closed = String(repeating: bracket == "[" ? "]" : "}", count: 100_000)
            #expect(format.calls(in: opening + deep + "1" + closed) == nil)
        }
    }

    @Test(arguments: [ToolFormat.glm4MixtureOfExperts, .minimax2, .seedOSS])
    func whatTheToolSaysIsAStringStaysOne(format: ToolFormat) throws {
        let call = ToolCall(name: "post", arguments: .object(["zip": .string("10115"), "count": .int(2)]))
        let tools = """
            [{"name": "post", "parameters": {"properties": {"zip": {"type": "string"}, "count": {"type": "integer"}}}}]
            """
        let text = try format.render([call])
        #expect(format.calls(in: text, tools: tools) == [call])
        #expect(format.calls(in: text, tools: "not a list") == format.calls(in: text))
        #expect(format.calls(in: text)?[0].arguments.objectValue?["zip"] == .int(10115))
    }

    @Test func pythonsOwnValuesAreRead() {
        let text =
            "<|tool_call_start|>[f(a=True, b=None, c=['x', {'y': -1.5e3}], d='it''s', e=\"say \\\"hi\\\"\")]<|tool_call_end|>"
        #expect(
            ToolFormat.lfm2.calls(in: text)?[0].argumentsText
                == #"{"a": true, "b": null, "c": ["x", {"y": -1.5e3}], "d": "it''s", "e": "say \"hi\""}"#)
    }

    @Test(arguments: [ToolFormat.glm4MixtureOfExperts, .lfm2, .minimax2, .seedOSS])
    func argumentsWithoutNamesAreRefusedWhereEachIsNamed(format: ToolFormat) {
        #expect(throws: ChatTemplatesError.self) { try format.render([ToolCall(name: "f", arguments: .int(1))]) }
    }

    @Test(arguments: ToolFormat.allCases)
    func noToolsAreNotTold(format: ToolFormat) throws { #expect(try format.describe(tools: "[]") == "") }

    @Test(arguments: ToolFormat.allCases)
    func aToolIsToldTheSameInOpenAIsWrapper(format: ToolFormat) throws {
        let bare = #"{"name": "f", "description": "Does.", "parameters": {"type": "object", "properties": {}}}"#
        let wrapped = #"{"type": "function", "function": \#(bare)}"#
        let day = try #require(CalendarDate(text: "24 Nov 2026"))
        let told = try format.describe(tools: "[\(wrapped)]", date: day)
        #expect(told.contains("f"))
        // Seed-OSS is told the list as it was written.
        if format != .seedOSS { #expect(try format.describe(tools: "[\(bare)]", date: day) == told) }
    }

    @Test func theDayIsToldAsItIs() throws {
        let day = try #require(CalendarDate(iso: "2024-02-01"))
        let told = try ToolFormat.llama3.describe(tools: #"[{"name": "f"}]"#, date: day)
        #expect(told.contains("Today Date: 01 Feb 2024\n"))
        #expect(CalendarDate.today.text.utf8.count == 11)
    }
}
