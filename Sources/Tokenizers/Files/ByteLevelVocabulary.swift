/// Builds byte-level byte-pair encodings, whose tokens are written in the alphabet of GPT-2.
enum ByteLevelVocabulary {
    /// What each token stands for; those that are added stand for themselves.
    ///
    /// - Throws: `TokenizersError.malformed` where another token has a character outside the alphabet.
    static func pieces(
        _ names: TokenTable, added: Set<Int32>, source: String
    ) throws(TokenizersError) -> TokenPieces {
        var pieces = TokenPieces()
        pieces.strings.reserveCapacity(names.count, byteCount: names.strings.bytes.count)
        for id in 0..<names.count {
            let name = names.strings[id]
            if added.contains(Int32(id)) {
                pieces.strings.append(name)
                continue
            }
            var isInAlphabet = true
            pieces.strings.append { isInAlphabet = ByteLevelAlphabet.append(bytesOf: name, to: &$0) }
            guard isInAlphabet else {
                throw .malformed(
                    source: source,
                    problem: "token \(id), \(String(decoding: name, as: UTF8.self)), is not in the byte-level alphabet")
            }
        }
        return pieces
    }

    /// The token of each byte; -1 where the vocabulary has none.
    static func byteSymbols(_ names: TokenTable) -> [Int32] {
        ByteLevelAlphabet.scalars.map { names.id(of: Array(String(Character($0)).utf8)) ?? -1 }
    }
}

extension ByteLevelVocabulary {
    /// Tokens by the bytes they stand for, for words that are tokens. Added tokens keep their places and are not found.
    static func wholeWords(
        _ names: TokenTable, added: [AddedToken], source: String
    ) throws(TokenizersError) -> TokenTable {
        let added = Set(added.map(\.id))
        let pieces = try pieces(names, added: added, source: source)
        var whole = TokenTable()
        whole.reserveCapacity(names.count, byteCount: pieces.strings.bytes.count)
        for id in 0..<names.count { whole.append(added.contains(Int32(id)) ? [] : pieces.strings[id]) }
        return whole
    }
}
