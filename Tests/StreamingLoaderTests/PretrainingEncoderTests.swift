import ChatTemplates
import StreamingLoader
import Testing

@Suite struct PretrainingEncoderTests {
    private func encoder(cutoff: Int, addsBeginning: Bool = false) throws -> PretrainingEncoder {
        try PretrainingEncoder(
            template: try ChatTemplate.named("chatml"), tokenizer: try tinyTokenizer(addsBeginning: addsBeginning),
            cutoffLength: cutoff)
    }

    /// Blocks are the texts with their ends, one after another; what fills none is dropped.
    @Test(arguments: 1..<12) func blocksAreTheTextsInOrder(cutoff: Int) throws {
        let texts = ["abc", "", "low lower", "x"]
        let tokenizer = try tinyTokenizer()
        let all = texts.flatMap { text -> [Int32] in tokenizer.encode(text, recognisingSpecialTokens: true) + [2] }
        let blocks: [[Int32]] = try encoder(cutoff: cutoff).blocks(texts)
        #expect(blocks.allSatisfy { $0.count == cutoff })
        #expect(blocks.flatMap { $0 } == Array(all.prefix(all.count / cutoff * cutoff)))
    }

    @Test func fewerTokensThanABlockAreNone() throws {
        #expect(try encoder(cutoff: 100).blocks(["abc"]) == [])
        #expect(try encoder(cutoff: 100).blocks([]) == [])
    }

    @Test func aBeginningTakesTheFirstPlaceOfABlockAndStandsBeforeAText() throws {
        let ids = try tinyTokenizer().encode("abcde", recognisingSpecialTokens: true)
        let encoder = try encoder(cutoff: 3, addsBeginning: true)
        #expect(encoder.blocks(["abcde"]) == [[1, ids[1], ids[2]], [1, ids[4], 2]])
        #expect(encoder.sequence("abcde") == [1, ids[0], ids[1]])
        #expect(encoder.sequence("") == [1, 2])
    }
}
