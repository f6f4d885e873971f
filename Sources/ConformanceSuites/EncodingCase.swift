import ChatTemplates
import Conversations
import DatasetFormats
import StreamingLoader
import Tokenizers

/// How one case of the goldens was encoded, and what we make of it.
struct EncodingCase {
    /// What was asked of LLaMA-Factory.
    struct Options {
        var template = "smollm2"
        var cutoffLength = 512
        var trainsOnPrompt = false
        var masksHistory = false
        /// nil where nothing was said: only stage pt packs then.
        var packing: Bool?
        var neatPacking = false
        var maximumSamples: Int?

        /// - Throws: `Unknown` for an option that would change the rows and is not known here.
        init(_ object: JSONObject) throws {
            for (key, value) in object.members {
                switch (key, value) {
                case ("template", .string(let name)): template = name
                case ("cutoff_len", .number(let number)): cutoffLength = max(1, number.int ?? 1)
                case ("train_on_prompt", .bool(let flag)): trainsOnPrompt = flag
                case ("mask_history", .bool(let flag)): masksHistory = flag
                case ("packing", .bool(let flag)): packing = flag
                case ("neat_packing", .bool(let flag)): neatPacking = flag
                case ("max_samples", .number(let number)): maximumSamples = max(1, number.int ?? 1)
                default: throw Unknown(what: "option \(key)")
                }
            }
            if neatPacking { packing = true }
            // Where packing is asked for, a token of room is kept for the padding.
            if packing == true { cutoffLength = max(1, cutoffLength - 1) }
        }
    }

    struct Unknown: Error, CustomStringConvertible {
        let what: String
        var description: String { "\(what) is not known to this suite" }
    }

    /// Rows that LLaMA-Factory looks at together.
    private static let batchSize = 1000

    let options: Options
    let template: ChatTemplate
    let tokenizer: Tokenizer

    /// The encoded rows, in the fields of the golden file.
    func rows(of dataset: GoldenDataset, stage: String) throws -> [[String: JSONValue]] {
        let conversations = dataset.conversations(maximum: options.maximumSamples)
        let batches = stride(from: 0, to: conversations.count, by: Self.batchSize).map { start in
            conversations[start..<min(start + Self.batchSize, conversations.count)].compactMap { $0 }
        }
        switch stage {
        case "sft": return try batches.flatMap(supervised)
        case "dpo", "rm": return try batches.flatMap(pairwise)
        case "kto": return try batches.flatMap(feedback)
        case "pt": return try batches.flatMap(pretraining)
        default: throw Unknown(what: "stage \(stage)")
        }
    }

    private func supervised(_ batch: [Conversation]) throws -> [[String: JSONValue]] {
        let encoder = try ExampleEncoder(
            template: template, tokenizer: tokenizer,
            options: .init(
                cutoffLength: options.cutoffLength, trainsOnPrompt: options.trainsOnPrompt,
                masksHistory: options.masksHistory))
        let examples = try batch.filter { $0.supervisedMessages != nil }.map { try encoder.example(from: $0, row: 0) }
        guard options.packing == true else {
            return examples.map { ["input_ids": Self.list($0.tokenIDs), "labels": Self.list($0.labels)] }
        }
        guard let paddingID = tokenizer.paddingID ?? tokenizer.endOfSequenceID else {
            throw Unknown(what: "the padding token")
        }
        let fitting = examples.filter { $0.count <= options.cutoffLength }
        return KnapsackPacker.pack(lengths: fitting.map(\.count), capacity: options.cutoffLength).map { members in
            let packed = PackedExample(
                members.map { fitting[$0] }, length: options.cutoffLength + 1, paddingID: paddingID)
            var row = [
                "input_ids": Self.list(packed.tokenIDs), "labels": Self.list(packed.labels),
                "position_ids": Self.list(packed.positions),
            ]
            if options.neatPacking { row["attention_mask"] = Self.list(packed.documents) }
            return row
        }
    }

    private func pairwise(_ batch: [Conversation]) throws -> [[String: JSONValue]] {
        let encoder = try PairwiseEncoder(
            template: template, tokenizer: tokenizer, cutoffLength: options.cutoffLength)
        return try batch.compactMap { conversation in
            guard case .pairwise = conversation.response else { return nil }
            let pair = try encoder.example(from: conversation, row: 0)
            return [
                "chosen_input_ids": Self.list(pair.chosen.tokenIDs), "chosen_labels": Self.list(pair.chosen.labels),
                "rejected_input_ids": Self.list(pair.rejected.tokenIDs),
                "rejected_labels": Self.list(pair.rejected.labels),
            ]
        }
    }

    private func feedback(_ batch: [Conversation]) throws -> [[String: JSONValue]] {
        let encoder = try FeedbackEncoder(
            template: template, tokenizer: tokenizer, cutoffLength: options.cutoffLength)
        return try zip(batch, FeedbackEncoder.mismatchedAnswers(of: batch)).compactMap { conversation, other in
            guard let other else { return nil }
            let feedback = try encoder.example(from: conversation, mismatched: other, row: 0)
            return [
                "input_ids": Self.list(feedback.example.tokenIDs), "labels": Self.list(feedback.example.labels),
                "kl_input_ids": Self.list(feedback.mismatched.tokenIDs),
                "kl_labels": Self.list(feedback.mismatched.labels), "kto_tags": .bool(feedback.isDesirable),
            ]
        }
    }

    private func pretraining(_ batch: [Conversation]) throws -> [[String: JSONValue]] {
        let encoder = try PretrainingEncoder(
            template: template, tokenizer: tokenizer, cutoffLength: options.cutoffLength)
        let texts = batch.compactMap(\.text)
        let sequences = options.packing ?? true ? encoder.blocks(texts) : texts.map(encoder.sequence)
        return sequences.map { ["input_ids": Self.list($0)] }
    }

    private static func list(_ numbers: [Int32]) -> JSONValue { .array(numbers.map { .int(Int($0)) }) }
}
