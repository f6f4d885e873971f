/// Decodes tokens as they come, and gives out only whole characters' worth of bytes.
public struct StreamingDecoder {
    private let tokenizer: Tokenizer
    private var pending: [UInt8] = []
    private var state = Tokenizer.DecodingState()

    public init(_ tokenizer: Tokenizer) { self.tokenizer = tokenizer }

    /// The text that this token completes; empty in the middle of a scalar. Special tokens give nothing.
    ///
    /// - Throws: `TokenizersError.unknownID`.
    public mutating func add(_ id: Int32) throws(TokenizersError) -> String {
        try tokenizer.decode(id, skippingSpecialTokens: true, &state, into: &pending)
        let whole = pending.count - Self.unfinishedCount(pending)
        defer { pending.removeFirst(whole) }
        return String(decoding: pending[..<whole], as: UTF8.self)
    }

    /// What is left, with U+FFFD for a scalar that never ended.
    public mutating func finish() -> String {
        defer { pending.removeAll() }
        return String(decoding: pending, as: UTF8.self)
    }

    /// How many bytes at the end begin a scalar that is not all there.
    private static func unfinishedCount(_ bytes: [UInt8]) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            guard byte & 0xC0 != 0x80 else { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > back ? back : 0
        }
        return 0
    }
}
