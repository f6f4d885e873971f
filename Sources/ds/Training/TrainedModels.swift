import DatasetFormats
import Foundation
import Kernels
import LanguageModels
import SystemPackage
import Training

/// The models of a training: the one that learns, and the base as it was where a stage asks it.
struct TrainedModels {
    let model: TransformerModel
    let base: TrainedBase?
    let folder: HuggingFaceFolder?
    let reference: TransformerModel?

    /// - Parameters:
    ///   - fresh: weights that have learnt nothing, instead of the pretrained ones.
    ///   - longest: tokens of the longest row.
    /// - Throws: what reading and packing weights throws.
    init(
        _ options: TrainingOptions, pretrained: PretrainedModel, fresh: TrainableWeights?, longest: Int,
        in context: ComputeContext
    ) throws {
        let source = pretrained.source
        let positions = min(source.configuration.maximumPositions, longest)
        guard options.tuning.kind != .lora else {
            model = try TransformerModel(
                source: source, trainable: true, maximumPositions: positions, in: context)
            (base, folder, reference) = (nil, nil, nil)
            return
        }
        folder = try HuggingFaceFolder(
            of: pretrained, configuration: options.tuning.initialConfiguration.map { FilePath($0) })
        let weights =
            try fresh
            ?? TrainableWeights(options.tuning.weights(of: source.configuration), of: source, in: context)
        model = try TransformerModel(source: weights, trainable: true, maximumPositions: positions, in: context)
        base = TrainedBase(weights, of: model)
        reference =
            options.asksReference
            ? try TransformerModel(source: source, trainable: false, maximumPositions: positions, in: context) : nil
    }
}

extension TrainingOptions {
    /// Whether the stage compares with the model as it was.
    fileprivate var asksReference: Bool {
        stage == .feedback || (stage == .preference && preference.loss != .orpo && preference.loss != .simpo)
    }

    /// The content of `init_config`, for the recipe.
    var initialConfigurationText: String? {
        get throws {
            guard let path = tuning.initialConfiguration else { return nil }
            guard FileManager.default.fileExists(atPath: path) else {
                throw CommandError.noSuchFile(path: FilePath(path))
            }
            do {
                return try String(contentsOfFile: path, encoding: .utf8)
            } catch {
                throw TrainingError.malformedConfiguration(
                    file: path, problem: "cannot be read: \(error.localizedDescription)")
            }
        }
    }

    /// Weights that have learnt nothing, where `init_config` asks for them.
    func freshWeights(in context: ComputeContext) throws -> TrainableWeights? {
        guard let path = tuning.initialConfiguration, let text = try initialConfigurationText else { return nil }
        let json = try JSONParser.parse([UInt8](text.utf8), source: path).objectValue ?? [:]
        return TrainableWeights(
            seed: seed, deviation: json["initializer_range"]?.doubleValue ?? 0.02,
            configuration: try ModelConfiguration(config: json, file: path), in: context)
    }
}
