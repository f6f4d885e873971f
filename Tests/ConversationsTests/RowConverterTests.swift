import DatasetFormats
import Messages
import Testing

@testable import Conversations

@Suite struct RowConverterTests {
    private func convert(_ row: String, _ entry: String) throws -> Conversation {
        let object = try #require(try JSONParser.parse(Array(row.utf8), source: "row").objectValue)
        let schema = try #require(try JSONParser.parse(Array(entry.utf8), source: "entry").objectValue)
        return try RowConverter(schema: try RowSchema(entry: schema)).conversation(from: object, index: 7)
    }

    @Test func instructionAndInputAreJoinedByALineBreak() throws {
        let found = try convert(#"{"instruction": "a", "input": "b", "output": "c"}"#, "{}")
        #expect(found.prompt == [Message(role: .user, content: "a\nb")])
        #expect(found.response == .supervised(Message(role: .assistant, content: "c")))
        #expect(found.system == "" && found.tools == "")
    }

    @Test func columnsOfOtherNamesAreFoundByTheMapping() throws {
        let found = try convert(
            #"{"q": "a", "a": "c", "s": "be brief", "h": [["x", "y"]]}"#,
            #"{"columns": {"prompt": "q", "response": "a", "system": "s", "history": "h"}}"#)
        #expect(found.system == "be brief")
        #expect(found.prompt.map(\.content) == ["x", "y", "a"])
    }

    @Test func aPreferenceRowHasTwoAnswers() throws {
        let found = try convert(
            #"""
            {"conversations": [{"from": "human", "value": "hi"}],
             "chosen": {"from": "gpt", "value": "good"}, "rejected": {"from": "gpt", "value": "bad"}}
            """#,
            #"""
            {"formatting": "sharegpt", "ranking": true,
             "columns": {"messages": "conversations", "chosen": "chosen", "rejected": "rejected"}}
            """#)
        #expect(
            found.response
                == .pairwise(
                    chosen: Message(role: .assistant, content: "good"),
                    rejected: Message(role: .assistant, content: "bad")))
        #expect(found.supervisedMessages == nil)
    }

    @Test func aJudgedRowKeepsItsJudgement() throws {
        let found = try convert(
            #"{"instruction": "a", "output": "c", "label": false}"#,
            #"{"columns": {"prompt": "instruction", "response": "output", "kto_tag": "label"}}"#)
        #expect(found.response == .judged(Message(role: .assistant, content: "c"), isDesirable: false))
    }

    @Test(arguments: [
        (#"{"instruction": 5, "output": "c"}"#, "row 7, instruction: a number where a text should be"),
        (#"{"instruction": "a", "output": ["c"]}"#, "row 7, output: a list where a text should be"),
        (#"{"instruction": "a", "history": [["x"]], "output": "c"}"#, "row 7, history[0]: a list where"),
        (#"{"instruction": "a", "images": ["x.png"], "output": "c"}"#, ""),
    ])
    func aColumnOfAnotherTypeIsRefusedByName(row: String, message: String) throws {
        if message.isEmpty {
            let error = try #require(
                #expect(throws: ConversationsError.self) {
                    try convert(
                        row, #"{"columns": {"prompt": "instruction", "response": "output", "images": "images"}}"#)
                })
            #expect(error.description == "row 7, images: images are not supported yet; take rows without them")
            return
        }
        let entry = #"{"columns": {"prompt": "instruction", "response": "output", "history": "history"}}"#
        let error = try #require(#expect(throws: ConversationsError.self) { try convert(row, entry) })
        #expect(error.description.hasPrefix(message), "\(error)")
    }

    @Test(arguments: [
        (#"[{"from": "gpt", "value": "a"}, {"from": "human", "value": "b"}]"#, "conversations[0]: the role gpt"),
        (#"[{"from": "human", "value": "a"}, {"from": "human", "value": "b"}]"#, "conversations[1]: the role human"),
        (#"[{"from": "human", "value": "a"}]"#, "conversations: 1 messages are no whole turns"),
        (#"[]"#, "conversations: 0 messages are no whole turns"),
        (#"[{"from": "narrator", "value": "a"}]"#, "conversations[0].from: the role narrator"),
        (#"[{"from": "human"}]"#, "conversations[0].value: nothing where a text"),
        (#"["hi"]"#, "conversations[0]: a string where a message"),
        (#"null"#, "conversations: nothing where a list of messages"),
    ])
    func aDialogueOutOfTurnIsRefused(messages: String, problem: String) throws {
        let error = try #require(
            #expect(throws: ConversationsError.self) {
                try convert(#"{"conversations": \#(messages)}"#, #"{"formatting": "sharegpt"}"#)
            })
        #expect(error.description.contains(problem), "\(error)")
    }
}
