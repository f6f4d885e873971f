import LanguageModels
import StreamingLoader

extension TrainingSequences {
    /// Lays examples end to end, each a sequence of its own.
    public init(_ examples: [TrainingExample]) {
        var tokens: [Int32] = []
        var targets: [Int32?] = []
        var segments: [Range<Int>] = []
        for example in examples where example.count > 0 {
            segments.append(tokens.count..<tokens.count + example.count)
            tokens += example.tokenIDs
            // What a token should be followed by is the next one's label; nothing follows the last.
            targets += example.labels.dropFirst().map { $0 == TrainingExample.ignoredLabel ? nil : $0 } + [nil]
        }
        self.init(tokens: tokens, targets: targets, segments: segments)
    }

    /// A batch cut into passes of at most `capacity` tokens; no example is cut, and each fits a pass.
    public static func passes(of examples: [TrainingExample], capacity: Int) -> [TrainingSequences] {
        let whole = examples.filter { $0.count > 0 }
        return SequencePacker.pack(lengths: whole.map(\.count), capacity: capacity, window: .max)
            .map { TrainingSequences($0.map { whole[$0] }) }
    }
}
