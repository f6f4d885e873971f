import DatasetFormats
import Foundation
import Kernels
import LanguageModels
import StreamingLoader
import SystemPackage
import Training

/// What reference programs did to a tiny model by each method: `fixtures/methods/`, made by
/// `tools/make-method-goldens`.
struct MethodGoldens {
    struct Row {
        let prompt: [Int32], chosen: [Int32], rejected: [Int32]
    }

    /// A step's loss, gradient norm and further figures.
    typealias Record = [String: Double]

    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    let folder: FilePath
    let batches: [[Row]]
    let runs: [String: [Record]]

    init(_ folder: FilePath = Self.folder) throws {
        self.folder = folder
        let path = folder.appending("goldens.json").string
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let root = try JSONParser.parse(bytes, source: path).objectValue ?? [:]
        func ids(_ value: JSONValue?) -> [Int32] {
            value?.arrayValue?.compactMap { $0.intValue.map { Int32($0) } } ?? []
        }
        batches = (root["batches"]?.arrayValue ?? []).map { batch in
            (batch.arrayValue ?? []).compactMap(\.objectValue).map {
                Row(prompt: ids($0["prompt"]), chosen: ids($0["chosen"]), rejected: ids($0["rejected"]))
            }
        }
        var runs: [String: [Record]] = [:]
        for (name, records) in root["runs"]?.objectValue?.members ?? [] {
            runs[name] = (records.arrayValue ?? []).compactMap(\.objectValue).map { record in
                Dictionary(uniqueKeysWithValues: record.members.map { ($0.key, $0.value.doubleValue ?? .nan) })
            }
        }
        self.runs = runs
    }

    static let folder = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        .appending("fixtures/methods")

    func model(_ context: ComputeContext) throws -> TransformerModel {
        try TransformerModel(
            source: try HuggingFaceWeightSource(folder: folder.appending("model")), trainable: true, in: context)
    }

    private func example(_ prompt: [Int32], _ answer: [Int32]) -> TrainingExample {
        TrainingExample(
            tokenIDs: prompt + answer,
            labels: [Int32](repeating: TrainingExample.ignoredLabel, count: prompt.count) + answer)
    }

    /// A batch as a stage reads it.
    func examples(_ batch: [Row], for stage: TrainingStage) -> [LearningExample] {
        switch stage {
        case .pretraining, .supervised: batch.map { .sequence(example($0.prompt, $0.chosen)) }
        case .preference, .reward:
            batch.map {
                .pair(
                    PairwiseExample(
                        chosen: example($0.prompt, $0.chosen), rejected: example($0.prompt, $0.rejected)))
            }
        case .feedback:
            // Even rows are good, odd ones bad, and each lends the next its answer.
            batch.indices.map { index in
                func answer(_ index: Int) -> [Int32] { index % 2 == 0 ? batch[index].chosen : batch[index].rejected }
                return .feedback(
                    FeedbackExample(
                        example: example(batch[index].prompt, answer(index)),
                        mismatched: example(batch[index].prompt, answer((index + batch.count - 1) % batch.count)),
                        isDesirable: index % 2 == 0))
            }
        }
    }

    /// Takes the steps of a run, and says the first thing that is not as the reference's.
    func compare(
        _ name: String, stage: TrainingStage = .supervised, rate: Double = 1e-2, tolerance: Double = 1e-4,
        trainer: Trainer
    ) throws -> String? {
        guard let expected = runs[name], expected.count == batches.count, !expected.isEmpty else {
            return "\(name): no golden"
        }
        for (index, batch) in batches.enumerated() {
            let result = try trainer.step(examples(batch, for: stage), learningRate: rate)
            var found = ["loss": result.loss, "grad_norm": result.gradientNorm]
            for measure in result.outcome.measures { found[measure.name] = measure.mean }
            for (figure, value) in expected[index].sorted(by: { $0.key < $1.key }) {
                guard let own = found[figure] else { return "\(name), step \(index + 1): no \(figure)" }
                let scale = figure == "loss" ? abs(value) : max(abs(value), 0.1)
                let allowed = figure == "loss" ? tolerance : 10 * tolerance
                guard abs(own - value) <= allowed * scale else {
                    return "\(name), step \(index + 1): \(figure) \(own) instead of \(value)"
                }
            }
        }
        return nil
    }
}
