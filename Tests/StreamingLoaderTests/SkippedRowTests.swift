import ChatTemplates
import Conversations
import StreamingLoader
import Testing

@Suite struct SkippedRowTests {
    @Test(arguments: [
        ConversationsError.rolesOutOfTurn(row: 3, field: "m", message: 0, role: "gpt") as any Error,
        ChatTemplatesError.malformedTools(problem: "is no JSON"), StreamingLoaderError.notSupervised(row: 3),
    ])
    func aRowThatIsWrongIsSkipped(error: any Error) throws {
        let skipped = try #require(SkippedRow(source: "mine", row: 3, error: error))
        #expect(skipped.description.hasPrefix("mine: row 3"))
        #expect(!skipped.reason.kind.isEmpty)
    }

    struct OtherError: Error {}

    @Test(arguments: [
        ConversationsError.unsupportedMedia(row: 3, field: "images", what: "images") as any Error,
        ChatTemplatesError.unknownTemplate(name: "x", nearest: nil), StreamingLoaderError.missingToken(name: "eos"),
        OtherError(),
    ])
    func whatNoOtherRowHelpsWithIsNoSkip(error: any Error) {
        #expect(SkippedRow(source: "mine", row: 3, error: error) == nil)
    }
}
