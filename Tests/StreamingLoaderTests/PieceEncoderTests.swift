import ChatTemplates
import SharedData
import StreamingLoader
import Testing
import Tokenizers

@Suite(.enabled(if: SharedData.isAvailable, Comment(rawValue: SharedData.whySkipped)))
struct PieceEncoderTests {
    private func encoder() throws -> PieceEncoder {
        let tokenizer = try Tokenizer(
            tokenizer: try #require(try SharedData.json("data/smollm2-tokenizer/tokenizer.json").objectValue),
            configuration: try SharedData.json("data/smollm2-tokenizer/tokenizer_config.json").objectValue,
            source: "smollm2-tokenizer")
        return try PieceEncoder(template: try ChatTemplate.named("chatml"), tokenizer: tokenizer)
    }

    @Test func aTokenIsTheOneOfItsText() throws {
        #expect(try encoder().ids([.token("<|im_start|>"), .token("<|im_end|>")]) == [1, 2])
    }

    @Test func aTokenThatTheModelLacksIsNamed() throws {
        let encoder = try encoder()
        #expect(throws: StreamingLoaderError.missingToken(name: "[gMASK]")) { try encoder.ids([.token("[gMASK]")]) }
    }
}
