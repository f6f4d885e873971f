import Conversations
import DatasetFormats
import Messages
import SharedData
import Testing

/// Rows as LLaMA-Factory reads them: `tools/make-llamafactory-fixtures`.
@Suite struct ConversionGoldenTests {
    @Test(arguments: try Fixtures.lines("llamafactory/conversions.jsonl"))
    func rowsAreReadAsTheReferenceDoes(line: JSONObject) throws {
        let name = line["name"]?.stringValue ?? ""
        let row = try #require(line["row"]?.objectValue)
        let schema = try RowSchema(entry: try #require(line["entry"]?.objectValue))
        let found = try? RowConverter(schema: schema).conversation(from: row, index: 0)
        guard let expected = line["conversation"]?.objectValue,
            !(expected["prompt"]?.arrayValue ?? []).isEmpty
        else {
            // The reference refuses the row, or all of them; or it skips the row and says so.
            #expect(found == nil || found?.response == Conversation.Response.none, "\(name)")
            return
        }
        let conversation = try #require(found, "\(name)")
        #expect(conversation.system == expected["system"]?.stringValue ?? "", "\(name)")
        #expect(conversation.tools == expected["tools"]?.stringValue ?? "", "\(name)")
        #expect(conversation.prompt == Self.messages(expected["prompt"]), "\(name)")
        let answers: [Message] =
            switch conversation.response {
            case .supervised(let answer): [answer]
            case .pairwise(let chosen, let rejected): [chosen, rejected]
            // The reference marks the answer that a judgement is not about with an empty one.
            case .judged(let answer, let isDesirable):
                isDesirable
                    ? [answer, Message(role: .assistant, content: "")]
                    : [Message(role: .assistant, content: ""), answer]
            case .none: []
            }
        #expect(answers == Self.messages(expected["response"]), "\(name)")
    }

    private static func messages(_ value: JSONValue?) -> [Message] {
        (value?.arrayValue ?? []).compactMap { json in
            guard let object = json.objectValue, let role = object["role"]?.stringValue.flatMap(Role.init(rawValue:)),
                let content = object["content"]?.stringValue
            else { return nil }
            return Message(role: role, content: content)
        }
    }
}
