/// What tokens of WordPiece stand for: a space before each that does not continue a word.
struct WordPieceDecoder {
    let prefix: [UInt8]
    /// Whether spaces before English punctuation and contractions are taken out.
    let cleansUp: Bool

    /// What is replaced where a tokenizer cleans up, in this order.
    private static let replacements: [(String, String)] = [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ]

    func pieces(_ names: TokenTable) -> TokenPieces {
        var pieces = TokenPieces()
        pieces.firstSpace = .named
        for id in 0..<names.count {
            let name = names.strings[id]
            if name.starts(with: prefix), !prefix.isEmpty {
                pieces.strings.append(cleaned(Array(name.dropFirst(prefix.count))))
            } else {
                pieces.strings.append(cleaned([0x20] + name))
            }
        }
        return pieces
    }

    private func cleaned(_ piece: [UInt8]) -> [UInt8] {
        // All that is replaced has a space in it.
        guard cleansUp, piece.contains(0x20) else { return piece }
        var piece = piece
        for (found, replacement) in Self.replacements {
            piece = Self.replacing(Array(found.utf8), with: Array(replacement.utf8), in: piece)
        }
        return piece
    }

    private static func replacing(_ found: [UInt8], with replacement: [UInt8], in piece: [UInt8]) -> [UInt8] {
        guard piece.count >= found.count else { return piece }
        var result: [UInt8] = []
        var position = 0
        while position < piece.count {
            if piece[position...].starts(with: found) {
                result += replacement
                position += found.count
            } else {
                result.append(piece[position])
                position += 1
            }
        }
        return result
    }
}
