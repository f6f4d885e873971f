/// Byte-pair encoding of a word: first its bytes or scalars, then what merging makes of them.
///
/// The merges come from a list (GPT-2), from the ranks of what pairs make (tiktoken), or from scores (SentencePiece):
/// once the pairs are known, all work alike.
struct BytePairModel: Sendable {
    enum Beginning: Sendable {
        /// A symbol for each byte; -1 where the vocabulary has none.
        case bytes([Int32])
        case scalars(ScalarSymbols)
    }

    var beginning: Beginning
    var pairs: PairTable
    /// Symbols from here on are no tokens: parts of tokens that merge, and count as unknown if they do not.
    var vocabularySize: Int
    /// Ids of the tokens that stand for bytes, for what else has no token; empty where there are none.
    var byteFallback: [Int32] = []
    var unknownID: Int32?
    /// Whether unknown symbols beside one another become one token.
    var fusesUnknown = false
    /// Whether bytes and scalars without a token are dropped before merging, so that their neighbours meet.
    var dropsMissing = false
    /// A word that is a token is that token, whatever merging would make of it.
    var wholeWords: TokenTable?

    func encode(_ word: Range<Int>, of text: Span<UInt8>, merger: inout SymbolMerger, into ids: inout [Int32]) {
        if let id = wholeWords?.id(of: text, word) {
            ids.append(id)
            return
        }
        merger.begin()
        switch beginning {
        case .bytes(let symbols):
            for index in word {
                let symbol = symbols[Int(text[index])]
                if symbol >= 0 || !dropsMissing { merger.append(symbol, at: index) }
            }
        case .scalars(let symbols):
            var position = word.lowerBound
            while position < word.upperBound {
                let (scalar, next) = UTF8Reading.scalar(in: text, at: position)
                let symbol = symbols[scalar]
                let isDropped = symbol < 0 && dropsMissing && byteFallback.isEmpty
                if !isDropped { merger.append(symbol, at: position) }
                position = next
            }
        }
        merger.merge(by: pairs)
        emit(merger, word, text, into: &ids)
    }

    private func emit(
        _ merger: borrowing SymbolMerger, _ word: Range<Int>, _ text: Span<UInt8>, into ids: inout [Int32]
    ) {
        var lastWasUnknown = false
        for index in 0..<merger.symbols.count {
            let symbol = merger.symbols[index]
            if symbol >= 0 && symbol < vocabularySize {
                ids.append(symbol)
                lastWasUnknown = false
                continue
            }
            let end = index + 1 < merger.symbols.count ? merger.starts[index + 1] : word.upperBound
            if appendBytes(merger.starts[index]..<end, text, into: &ids) {
                lastWasUnknown = false
            } else if let unknownID {
                if !(fusesUnknown && lastWasUnknown) { ids.append(unknownID) }
                lastWasUnknown = true
            }
        }
    }

    /// The tokens of bytes; false where there are none, and nothing is appended.
    private func appendBytes(_ range: Range<Int>, _ text: Span<UInt8>, into ids: inout [Int32]) -> Bool {
        guard byteFallback.count == 256 else { return false }
        for index in range where byteFallback[Int(text[index])] < 0 { return false }
        for index in range { ids.append(byteFallback[Int(text[index])]) }
        return true
    }
}
