import DatasetFormats
import Messages
import SharedData
import Testing

@testable import Conversations

/// Rows as LLaMA-Factory aligns them, against ours.
@Suite(.enabled(if: SharedData.isAvailable, Comment(rawValue: SharedData.whySkipped)))
struct AlignmentGoldenTests {
    /// A conversation in the form of the golden file; of a row that is no conversation, the empty one.
    private func aligned(_ row: JSONObject, _ converter: RowConverter, _ index: Int) -> JSONValue {
        func list(_ messages: [Message]) -> JSONValue {
            .array(
                messages.map { .object(["role": .string($0.role.rawValue), "content": .string($0.content)]) })
        }
        let conversation: Conversation
        do {
            conversation = try converter.conversation(from: row, index: index)
        } catch {
            return .object(["_prompt": .array([]), "_response": .array([])])
        }
        let nothing = Message(role: .assistant, content: "")
        let response: [Message] =
            switch conversation.response {
            case .supervised(let answer): [answer]
            case .pairwise(let chosen, let rejected): [chosen, rejected]
            case .judged(let answer, let isDesirable): isDesirable ? [answer, nothing] : [nothing, answer]
            case .none: []
            }
        return .object([
            "_prompt": list(conversation.prompt), "_response": list(response),
            "_system": .string(conversation.system), "_tools": .string(conversation.tools),
        ])
    }

    @Test func everyRowMeansWhatLLaMAFactorySays() throws {
        let registry = try #require(try SharedData.json("data/llamafactory/dataset_info.json").objectValue)
        for value in try #require(try SharedData.json("data/convert/aligned.json").arrayValue) {
            let golden = try #require(value.objectValue)
            let name = try #require(golden["dataset"]?.stringValue)
            let entry = try #require(registry[name]?.objectValue)
            let converter = RowConverter(schema: try RowSchema(entry: entry))
            let fileName = try #require(entry["file_name"]?.stringValue)
            let rows = try SharedData.lines("data/llamafactory/\(fileName)")
            #expect(rows.count == golden["row_count"]?.intValue)
            let offset = try #require(golden["offset"]?.intValue)
            for (place, expected) in try #require(golden["rows"]?.arrayValue).enumerated() {
                let expected = try #require(expected.objectValue)
                let found = try #require(aligned(rows[offset + place], converter, offset + place).objectValue)
                for (key, value) in found.members {
                    #expect(
                        value == expected[key],
                        "\(name) row \(offset + place), \(key): \(JSONWriter.string(value, style: .compact))")
                }
            }
        }
    }
}
