extension Tokenizer {
    /// The bytes that ids stand for.
    ///
    /// - Throws: `TokenizersError.unknownID`.
    public func decodeBytes(
        _ ids: [Int32], skippingSpecialTokens: Bool = false
    ) throws(TokenizersError) -> [UInt8] {
        var result: [UInt8] = []
        var state = DecodingState()
        for id in ids {
            try decode(id, skippingSpecialTokens: skippingSpecialTokens, &state, into: &result)
        }
        return result
    }

    /// The text that ids stand for; bytes that are no UTF-8 become U+FFFD.
    ///
    /// - Throws: `TokenizersError.unknownID`.
    public func decode(_ ids: [Int32], skippingSpecialTokens: Bool = false) throws(TokenizersError) -> String {
        String(decoding: try decodeBytes(ids, skippingSpecialTokens: skippingSpecialTokens), as: UTF8.self)
    }

    /// What decoding a token depends on, of those before it.
    struct DecodingState {
        fileprivate var isFirst = true
    }

    func decode(
        _ id: Int32, skippingSpecialTokens: Bool, _ state: inout DecodingState, into result: inout [UInt8]
    ) throws(TokenizersError) {
        guard id >= 0, Int(id) < vocabularySize else { throw .unknownID(id, vocabularySize: vocabularySize) }
        if skippingSpecialTokens && specialIDs.contains(id) { return }
        let piece = pieces.strings[Int(id)]
        let isSpecial = specialIDs.contains(id)
        defer { if !isSpecial { state.isFirst = false } }
        if !state.isFirst { result += pieces.separator }
        guard state.isFirst, !isSpecial else {
            result += piece
            return
        }
        if pieces.dropsAllFirstSpaces {
            result += piece.filter { $0 != 0x20 }
        } else {
            result += pieces.dropsFirstSpace && piece.first == 0x20 ? piece.dropFirst() : piece
        }
    }
}
