import ChatTemplates
import Tokenizers

/// Token ids of what a template renders.
public struct PieceEncoder: Sendable {
    public let template: any ConversationTemplate
    public let tokenizer: Tokenizer
    /// What stands for the end of sequence: the tokenizer's own, or what the template puts in its place.
    public let endOfSequenceID: Int32?

    /// - Throws: `StreamingLoaderError.missingToken` where the template needs an end of sequence that is not there.
    public init(template: any ConversationTemplate, tokenizer: Tokenizer) throws(StreamingLoaderError) {
        self.template = template
        self.tokenizer = tokenizer
        let replaced = template.replacesEndOfSequence ? template.stopWords.first : nil
        endOfSequenceID = replaced.flatMap { tokenizer.tokenID(for: $0) } ?? tokenizer.endOfSequenceID
        if template.usesEfficientEndOfSequence, endOfSequenceID == nil { throw .missingToken(name: "end-of-sequence") }
    }

    /// Each piece is tokenised by itself, as LLaMA-Factory does.
    ///
    /// - Parameter token: the token before, for a piece that goes on from it.
    /// - Throws: `StreamingLoaderError.missingToken`.
    public func ids(
        _ pieces: [TemplatePiece], after token: Int32? = nil
    ) throws(StreamingLoaderError) -> [Int32] {
        var ids: [Int32] = []
        for piece in pieces {
            switch piece {
            case .text(let text): ids += tokenizer.encode(text, recognisingSpecialTokens: true)
            case .continuation(let text):
                ids += tokenizer.encode(text, recognisingSpecialTokens: true, after: ids.last ?? token)
            case .beginningOfSequence:
                guard let id = tokenizer.beginningOfSequenceID else {
                    throw .missingToken(name: "beginning-of-sequence")
                }
                ids.append(id)
            case .endOfSequence:
                guard let id = endOfSequenceID else { throw .missingToken(name: "end-of-sequence") }
                ids.append(id)
            case .token(let text):
                guard let id = tokenizer.tokenID(for: text) else { throw .missingToken(name: text) }
                ids.append(id)
            }
        }
        return ids
    }

    /// Turns as tokens, each going on from the one before.
    ///
    /// - Throws: as `ids`.
    func turns(_ turns: [RenderedTurn]) throws(StreamingLoaderError) -> [EncodedTurn] {
        var encoded: [EncodedTurn] = []
        var last: Int32?
        for turn in turns {
            let prompt = try ids(turn.prompt, after: last)
            let response = try ids(turn.response, after: prompt.last ?? last)
            last = response.last ?? prompt.last ?? last
            encoded.append(EncodedTurn(prompt: prompt, response: response))
        }
        return encoded
    }

    /// What follows an answer that does not end itself: the end of sequence, or nothing.
    var ending: [Int32] { template.usesEfficientEndOfSequence ? endOfSequenceID.map { [$0] } ?? [] : [] }

    /// Tokens at which an answer ends.
    public var stopIDs: Set<Int32> {
        Set(template.stopWords.compactMap(stopID))
            .union([endOfSequenceID, tokenizer.endOfSequenceID].compactMap { $0 })
    }

    /// The token of a stop word, or the last in it that no ordinary text makes.
    private func stopID(_ word: String) -> Int32? {
        tokenizer.tokenID(for: word)
            ?? tokenizer.encode(word, recognisingSpecialTokens: true).last { tokenizer.specialIDs.contains($0) }
    }
}
