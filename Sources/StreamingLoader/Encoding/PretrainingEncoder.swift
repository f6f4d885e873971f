import ChatTemplates
import Conversations
import Tokenizers

/// Makes token sequences of plain texts: what LLaMA-Factory does at stage `pt`.
public struct PretrainingEncoder: Sendable {
    private let tokenizer: Tokenizer
    private let ending: String
    private let beginningID: Int32?
    private let cutoffLength: Int

    /// - Parameters:
    ///   - template: says what ends a text, where it replaces the tokenizer's end of sequence.
    ///   - cutoffLength: tokens of a block, and most of a text by itself.
    /// - Throws: `StreamingLoaderError.missingToken` where there is no end of sequence, or no beginning and the
    ///   tokenizer wants one.
    public init(template: any ConversationTemplate, tokenizer: Tokenizer, cutoffLength: Int)
        throws(StreamingLoaderError)
    {
        precondition(cutoffLength > 0)
        let pieces = try PieceEncoder(template: template, tokenizer: tokenizer)
        guard let end = pieces.endOfSequenceID.flatMap({ tokenizer.token(at: $0) }) else {
            throw .missingToken(name: "end-of-sequence")
        }
        if tokenizer.addsBeginningOfSequence, tokenizer.beginningOfSequenceID == nil {
            throw .missingToken(name: "beginning-of-sequence")
        }
        self.tokenizer = tokenizer
        self.cutoffLength = cutoffLength
        // Llama 3 ends a text otherwise than it ends an answer.
        ending = template.name == "llama3" ? "<|end_of_text|>" : end
        beginningID = tokenizer.addsBeginningOfSequence ? tokenizer.beginningOfSequenceID : nil
    }

    /// Tokens of a block, or most of a text by itself, where so many are asked for.
    ///
    /// LLaMA-Factory takes one off where packing is asked for, and none where it is merely what pretraining does.
    public static func blockLength(cutoffLength: Int, isPackingAsked: Bool) -> Int {
        max(1, isPackingAsked ? cutoffLength - 1 : cutoffLength)
    }

    /// A text by itself: its beginning, where the tokenizer wants one, the text and its end, cut to the length.
    public func sequence(_ text: String) -> [Int32] {
        Array(wholeSequence(text).prefix(cutoffLength))
    }

    /// A text cut into sequences of at most the length; a token that would be alone, which teaches nothing, is left.
    public func pieces(_ text: String) -> [[Int32]] {
        let ids = wholeSequence(text)
        return stride(from: 0, to: ids.count, by: cutoffLength)
            .map { Array(ids[$0..<min(ids.count, $0 + cutoffLength)]) }.filter { $0.count > 1 }
    }

    func wholeSequence(_ text: String) -> [Int32] { (beginningID.map { [$0] } ?? []) + wholeText(text) }

    /// Texts one after another, each with its end, cut into blocks; what does not fill a block is dropped.
    ///
    /// Where the tokenizer wants a beginning, it takes the place of each block's first token.
    public func blocks(_ texts: [String]) -> [[Int32]] {
        let ids = texts.flatMap(wholeText)
        return stride(from: 0, through: ids.count - cutoffLength, by: cutoffLength).map { start in
            var block = Array(ids[start..<(start + cutoffLength)])
            if let beginningID { block[0] = beginningID }
            return block
        }
    }

    /// A text and its end, nothing cut.
    private func wholeText(_ text: String) -> [Int32] {
        tokenizer.encode(text + ending, recognisingSpecialTokens: true)
    }
}
