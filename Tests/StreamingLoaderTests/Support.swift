import DatasetFormats
import Messages
import StreamingLoader

@testable import Tokenizers

/// The 256 bytes, three control tokens, and a few merges.
func tinyTokenizer(addsBeginning: Bool = false) throws -> Tokenizer {
    let merges = ["l o", "lo w", "e r", "Ġ low", "Ġlow er"]
    let tokens =
        ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] + ByteLevelAlphabet.scalars.map { String(Character($0)) }
        + merges.map { $0.split(separator: " ").joined() }
    return try Tokenizer(
        gguf: GGUFTokenizerMetadata(
            source: "tiny", model: "gpt2", preTokenizer: "smollm", tokens: tokens,
            tokenTypes: tokens.indices.map { $0 < 3 ? 3 : 1 }, merges: merges, beginningOfSequenceID: 1,
            endOfSequenceID: 2, paddingID: 2, addsBeginningOfSequence: addsBeginning))
}

/// A small generator with a seed, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &+ 1 }

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state ^ (state >> 29)) &* 0xBF58_476D_1CE4_E5B9
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    private static let words = ["low", " lower", "é", "\n", "我是", " 12", "<|im_end|>", "🎉", "", "e\u{301}", "{{idx}}"]

    mutating func text() -> String { (0..<below(9)).map { _ in Self.words[below(Self.words.count)] }.joined() }

    /// Whole turns, the model's last.
    mutating func messages() -> [Message] {
        (0..<(1 + below(4))).flatMap { _ in
            [Message(role: .user, content: text()), Message(role: .assistant, content: text())]
        }
    }
}

/// Rows in memory.
struct MemoryRows: RowSource {
    var name = "memory"
    let rows: [JSONObject]

    var rowCount: Int { rows.count }
    func row(at index: Int) -> JSONObject { rows[index] }
}
