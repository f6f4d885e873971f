import LanguageModels
import StreamingLoader

extension TrainingSequences {
    /// Lays examples end to end, each a sequence of its own.
    public init(_ examples: [TrainingExample]) {
        self.init()
        for example in examples { append(example.tokenIDs[...], labels: example.labels[...]) }
    }

    /// Appends a sequence of a batch.
    mutating func append(_ index: Int, of batch: SequenceBatch) {
        append(batch.tokenIDs[batch[index]], labels: batch.labels[batch[index]])
    }

    /// What a token should be followed by is the next one's label; nothing follows the last.
    private mutating func append(_ tokenIDs: ArraySlice<Int32>, labels: ArraySlice<Int32>) {
        guard !tokenIDs.isEmpty else { return }
        append(tokenIDs) { place in
            let next = labels.startIndex + place + 1
            return next < labels.endIndex && labels[next] != TrainingExample.ignoredLabel ? labels[next] : nil
        }
    }

    /// A batch cut into passes of at most `capacity` tokens; no example is cut, and each fits a pass.
    public static func passes(of examples: [TrainingExample], capacity: Int) -> [TrainingSequences] {
        let whole = examples.filter { $0.count > 0 }
        return SequencePacker.pack(lengths: whole.map(\.count), capacity: capacity, window: .max)
            .map { TrainingSequences($0.map { whole[$0] }) }
    }
}
