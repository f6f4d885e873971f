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
        fileprivate var isEmpty = true
    }

    func decode(
        _ id: Int32, skippingSpecialTokens: Bool, _ state: inout DecodingState, into result: inout [UInt8]
    ) throws(TokenizersError) {
        guard id >= 0, Int(id) < vocabularySize else { throw .unknownID(id, vocabularySize: vocabularySize) }
        if skippingSpecialTokens && specialIDs.contains(id) { return }
        var piece = pieces.strings[Int(id)]
        switch pieces.firstSpace {
        case .kept: break
        case .dropped where state.isFirst && piece.first == 0x20: piece = piece.dropFirst()
        case .droppedAsMark where state.isFirst && beginsWithMark(id): piece = piece.dropFirst()
        case .droppedAsMarkUntilText where state.isEmpty && beginsWithMark(id): piece = piece.dropFirst()
        case .allDropped where state.isFirst: piece = ArraySlice(piece.filter { $0 != 0x20 })
        case .named where state.isFirst: piece = names.strings[Int(id)]
        case .named, .dropped, .droppedAsMark, .droppedAsMarkUntilText, .allDropped: break
        }
        if !state.isFirst { result += pieces.separator }
        result += piece
        state.isFirst = false
        if !piece.isEmpty { state.isEmpty = false }
    }

    private func beginsWithMark(_ id: Int32) -> Bool { names.strings[Int(id)].starts(with: Metaspace.mark) }
}
