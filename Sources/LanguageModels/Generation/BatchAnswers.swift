/// Likeliest answers to many prompts, several of them under way at a time: each is the one that its prompt has alone.
public final class BatchAnswers {
    private let model: TransformerModel
    private let adapter: LowRankAdapter?
    private let stopIDs: Set<Int32>
    private let batchSize: Int

    /// An answer under way.
    private struct Answer {
        let index: Int
        var place: BatchGenerator.Sequence
        /// Tokens of the prompt and the answer that were not read yet.
        var pending: ArraySlice<Int32>
        var tokens: [Int32] = []
    }

    /// - Parameters:
    ///   - stopIDs: tokens that end an answer and are no part of it.
    ///   - batchSize: most answers under way at a time.
    public init(model: TransformerModel, adapter: LowRankAdapter?, stopIDs: Set<Int32>, batchSize: Int) {
        precondition(batchSize > 0)
        self.model = model
        self.adapter = adapter
        self.stopIDs = stopIDs
        self.batchSize = batchSize
    }

    /// Answers prompts of at least one token.
    ///
    /// - Parameters:
    ///   - maximumTokens: of an answer.
    ///   - onAnswer: told a prompt's place in the list and its answer's tokens, in the order in which answers end.
    ///   - onPass: called before each pass through the model; what it throws ends everything.
    /// - Throws: `LanguageModelsError.tooLong` for a prompt that the model cannot read, before anything is answered.
    public func answer(
        _ prompts: [[Int32]], maximumTokens: Int, onPass: () throws -> Void = {},
        onAnswer: (Int, [Int32]) throws -> Void
    ) throws {
        precondition(maximumTokens > 0 && prompts.allSatisfy { !$0.isEmpty })
        if let longest = prompts.map(\.count).max(), longest > model.maximumPositions {
            throw LanguageModelsError.tooLong(tokens: longest, limit: model.maximumPositions)
        }
        let room = prompts.map { min(model.maximumPositions, $0.count + maximumTokens) }
        guard let most = room.max() else { return }
        let generator = BatchGenerator(
            model: model, capacity: min(room.reduce(0, +), most * batchSize),
            passSequences: min(batchSize, prompts.count))
        var next = 0
        var active: [Answer] = []
        while next < prompts.count || !active.isEmpty {
            try onPass()
            while next < prompts.count, active.count < generator.passSequences,
                let place = try generator.open(capacity: room[next])
            {
                active.append(Answer(index: next, place: place, pending: prompts[next][...]))
                next += 1
            }
            for index in pass(&active, generator, maximumTokens).sorted(by: >) {
                let answer = active.remove(at: index)
                generator.close(answer.place)
                try onAnswer(answer.index, answer.tokens)
            }
        }
    }

    /// One pass: what answers have written first, so that long prompts do not keep them waiting.
    ///
    /// - Returns: the places in the list of answers that are whole now.
    private func pass(_ active: inout [Answer], _ generator: BatchGenerator, _ maximumTokens: Int) -> [Int] {
        var left = generator.passTokens
        var members: [Int] = []
        var readings: [BatchGenerator.Reading] = []
        let order = active.indices.sorted { (active[$0].pending.count, $0) < (active[$1].pending.count, $1) }
        for index in order where left > 0 {
            let tokens = active[index].pending.prefix(left)
            left -= tokens.count
            active[index].pending = active[index].pending.dropFirst(tokens.count)
            members.append(index)
            readings.append(
                .init(
                    sequence: active[index].place, tokens: Array(tokens), wantsLogits: active[index].pending.isEmpty))
        }
        let logits = generator.read(&readings, adapter: adapter)
        var ended: [Int] = []
        for (position, index) in members.enumerated() {
            active[index].place = readings[position].sequence
            guard let row = logits[position] else { continue }
            if isWhole(&active[index], row, maximumTokens) { ended.append(index) }
        }
        return ended
    }

    /// Takes the likeliest token.
    private func isWhole(_ answer: inout Answer, _ logits: [Float], _ maximumTokens: Int) -> Bool {
        var sampler = Sampler.greedy
        let token = sampler.choose(from: logits)
        if stopIDs.contains(token) { return true }
        answer.tokens.append(token)
        answer.pending = [token]
        return answer.tokens.count == maximumTokens || answer.place.count == answer.place.capacity
    }
}
