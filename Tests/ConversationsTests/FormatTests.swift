import DatasetFormats
import Messages
import Testing

@testable import Conversations

/// A row of each kind, and the conversation that it is.
@Suite struct FormatTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let row: String
        /// An entry of dataset_info.json; nil where the columns speak for themselves.
        var entry: String?
        /// The system text in `<>`, the messages as `role: content`, the answers last.
        let conversation: String

        var testDescription: String { name }
    }

    private static let cases = [
        Case(
            name: "alpaca", row: #"{"instruction": "a", "input": "b", "output": "c"}"#, entry: "{}",
            conversation: "user: a\nb | answer assistant: c"),
        Case(
            name: "alpaca, history and system",
            row: #"{"instruction": "a", "output": "c", "history": [["x", "y"]], "system": "s"}"#,
            conversation: "<s> user: x | assistant: y | user: a | answer assistant: c"),
        Case(
            name: "alpaca, no answer", row: #"{"instruction": "a", "output": null}"#, entry: "{}",
            conversation: "user: a"),
        Case(
            name: "alpaca, empty answer", row: #"{"instruction": "", "output": ""}"#, entry: "{}",
            conversation: "user:  | answer assistant: "),
        Case(
            name: "prompt and completion", row: #"{"prompt": "a", "completion": "b"}"#,
            conversation: "user: a | answer assistant: b"),
        Case(
            name: "sharegpt",
            row: #"""
                {"conversations": [{"from": "system", "value": "s"}, {"from": "human", "value": "a"},
                 {"from": "function_call", "value": "{}"}, {"from": "observation", "value": "o"},
                 {"from": "gpt", "value": "b"}], "system": "outer"}
                """#,
            conversation: "<s> user: a | function: {} | observation: o | answer assistant: b"),
        Case(
            name: "sharegpt with other tags",
            row: #"{"talk": [{"who": "me", "says": "a"}, {"who": "you", "says": "b"}]}"#,
            entry: #"""
                {"formatting": "sharegpt", "columns": {"messages": "talk"},
                 "tags": {"role_tag": "who", "content_tag": "says", "user_tag": "me", "assistant_tag": "you"}}
                """#,
            conversation: "user: a | answer assistant: b"),
        Case(
            name: "openai",
            row: #"""
                {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "w?"},
                 {"role": "assistant", "content": null, "tool_calls": [{"id": "1", "type": "function",
                   "function": {"name": "f", "arguments": "{\"a\": 1}"}}]},
                 {"role": "tool", "content": "18", "tool_call_id": "1"}, {"role": "tool", "content": "19"},
                 {"role": "assistant", "content": "18 or 19"}]}
                """#,
            conversation: #"<s> user: w? | function: [{"name": "f", "arguments": "{\"a\": 1}"}] | "#
                + "observation: 18\n</tool_response>\n<tool_response>\n19 | answer assistant: 18 or 19"),
        Case(
            name: "openai, a call to learn",
            row: #"""
                {"messages": [{"role": "user", "content": "w?"}, {"role": "assistant", "content": "",
                 "tool_calls": [{"function": {"name": "f", "arguments": {}}}]}]}
                """#,
            conversation: #"user: w? | answer function: [{"name": "f", "arguments": {}}]"#),
        Case(
            name: "openai, content in parts",
            row: #"""
                {"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
                 {"role": "assistant", "content": [{"type": "text", "value": "c"}]}]}
                """#,
            conversation: "user: ab | answer assistant: c"),
        Case(
            name: "ranking, alpaca", row: #"{"prompt": "a", "chosen": "good", "rejected": "bad"}"#,
            conversation: "user: a | chosen assistant: good | rejected assistant: bad"),
        Case(
            name: "ranking, openai",
            row: #"""
                {"messages": [{"role": "user", "content": "a"}], "chosen": {"role": "assistant", "content": "good"},
                 "rejected": {"role": "assistant", "content": "bad"}}
                """#,
            conversation: "user: a | chosen assistant: good | rejected assistant: bad"),
        Case(
            name: "KTO, alpaca", row: #"{"prompt": "a", "completion": "b", "label": false}"#,
            conversation: "user: a | undesirable assistant: b"),
        Case(
            name: "KTO, openai",
            row: #"""
                {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}], "label": true}
                """#,
            conversation: "user: a | desirable assistant: b"),
        Case(name: "text", row: #"{"text": "only words"}"#, conversation: "user: only words"),
    ]

    @Test(arguments: cases) func aRowIsTheConversation(_ test: Case) throws {
        let row = try #require(try JSONParser.parse(Array(test.row.utf8), source: "row").objectValue)
        let schema: RowSchema
        if let entry = test.entry {
            schema = try RowSchema(
                entry: try #require(try JSONParser.parse(Array(entry.utf8), source: "entry").objectValue))
        } else {
            schema = try #require(RowSchema.inferred(fromFirstRow: row))
        }
        let found = try RowConverter(schema: schema).conversation(from: row, index: 0)
        #expect(Self.text(found) == test.conversation)
    }

    private static func text(_ conversation: Conversation) -> String {
        func line(_ message: Message) -> String { "\(message.role.rawValue): \(message.content)" }
        let answers: [String] =
            switch conversation.response {
            case .supervised(let answer): ["answer \(line(answer))"]
            case .pairwise(let chosen, let rejected): ["chosen \(line(chosen))", "rejected \(line(rejected))"]
            case .judged(let answer, let isDesirable): ["\(isDesirable ? "" : "un")desirable \(line(answer))"]
            case .none: []
            }
        let system = conversation.system.isEmpty ? "" : "<\(conversation.system)> "
        return system + (conversation.prompt.map(line) + answers).joined(separator: " | ")
    }

    /// Tools told as a list are written as JSON; told as text they stay.
    @Test(arguments: [
        (#"[{"name": "f", "parameters": {"a": 1.0}}]"#, #"[{"name": "f", "parameters": {"a": 1.0}}]"#),
        (#""[ 1 ]""#, "[ 1 ]"), ("null", ""),
    ])
    func toolsAreJSON(tools: String, expected: String) throws {
        let row =
            #"{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}], "tools": \#(tools)}"#
        let object = try #require(try JSONParser.parse(Array(row.utf8), source: "row").objectValue)
        let schema = try #require(RowSchema.inferred(fromFirstRow: object))
        #expect(try RowConverter(schema: schema).conversation(from: object, index: 0).tools == expected)
    }

    /// Media end the work by the name of their place, whatever the row; columns that say there are none do not.
    @Test(arguments: [
        (#"{"instruction": "a", "output": "b", "images": ["x.png"]}"#, "row 3, images: images are not supported yet"),
        (#"{"instruction": "a", "output": "b", "audios": "x.wav"}"#, "row 3, audios: audios are not supported yet"),
        (
            #"""
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "image_url",
             "image_url": {"url": "x"}}]}, {"role": "assistant", "content": "b"}]}
            """#, "row 3, messages[0].content[1]: images are not supported yet"
        ), (#"{"instruction": "a", "output": "b", "images": [], "videos": null, "audios": ""}"#, ""),
        (#"{"instruction": "a", "output": "b", "images": [null]}"#, ""),
    ])
    func mediaAreRefusedByName(row: String, message: String) throws {
        let object = try #require(try JSONParser.parse(Array(row.utf8), source: "row").objectValue)
        let converter = RowConverter(schema: try #require(RowSchema.inferred(fromFirstRow: object)))
        guard !message.isEmpty else {
            #expect(try converter.conversation(from: object, index: 3).prompt.count == 1)
            return
        }
        let error = try #require(
            #expect(throws: ConversationsError.self) { try converter.conversation(from: object, index: 3) })
        #expect(error.description.hasPrefix(message), "\(error)")
        #expect(!error.isAboutOneRow)
    }

    @Test(arguments: [
        (#"[{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": [7]}]"#, "messages[1].tool_calls"),
        (#"[{"role": "user", "content": [{"type": "thought"}]}]"#, "messages[0].content[0]: a part of type thought"),
        (#"[{"role": "user", "content": [7]}]"#, "messages[0].content[0]: a number"),
        (
            #"[{"role": "user", "content": "a"}, {"role": "tool", "content": "b"}, {"role": "user", "content": "c"}]"#,
            "messages[1]: the role tool"
        ),
        // What a tool answered last, and no model spoke to, is left out.
        (#"[{"role": "user", "content": "a"}, {"role": "tool", "content": "b"}]"#, "messages: 1 messages are no"),
        (#"[{"role": "user", "content": "a"}, {"role": "wizard", "content": "b"}]"#, "messages[1].role"),
        (#"[{"content": "a"}]"#, "messages[0].role: nothing where a role"),
    ])
    func openaiRowsThatAreNoneAreSkippedByName(messages: String, problem: String) throws {
        let object = try #require(
            try JSONParser.parse(Array(#"{"messages": \#(messages)}"#.utf8), source: "row").objectValue)
        let schema = RowSchema(formatting: .openai, columns: ColumnMapping([.messages: "messages"]), tags: .openai)
        let error = try #require(
            #expect(throws: ConversationsError.self) {
                try RowConverter(schema: schema).conversation(from: object, index: 3)
            })
        #expect(error.description.contains(problem), "\(error)")
        #expect(error.isAboutOneRow && !error.kind.isEmpty)
    }

    /// As in LLaMA-Factory, where an entry's tags do not name the system, a row cannot have one.
    @Test func aRoleThatTagsDoNotNameIsUnknown() throws {
        let entry = try #require(
            try JSONParser.parse(
                Array(#"{"formatting": "sharegpt", "tags": {"user_tag": "human", "assistant_tag": "gpt"}}"#.utf8),
                source: "entry"
            ).objectValue)
        let row = try #require(
            try JSONParser.parse(
                Array(
                    #"""
                    {"conversations": [{"from": "system", "value": "s"}, {"from": "human", "value": "a"},
                     {"from": "gpt", "value": "b"}]}
                    """#.utf8), source: "row"
            ).objectValue)
        #expect(
            throws: ConversationsError.unknownRole(row: 0, field: "conversations[0].from", role: "system")
        ) { try RowConverter(schema: try RowSchema(entry: entry)).conversation(from: row, index: 0) }
    }
}
