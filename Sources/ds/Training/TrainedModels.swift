import ContentStore
import Kernels
import LanguageModels
import SystemPackage
import Training

/// The models of a training: the one that learns, and the one it is compared with where a stage does that.
struct TrainedModels {
    let model: TransformerModel
    let base: TrainedBase?
    let folder: HuggingFaceFolder?
    let reference: TransformerModel?
    let referenceAdapter: LowRankAdapter?

    /// - Parameters:
    ///   - fresh: weights that have learnt nothing, instead of the pretrained ones.
    ///   - asked: what the settings name as the reference, if they do.
    ///   - longest: tokens of the longest row.
    /// - Throws: what reading and packing weights throws.
    init(
        _ options: TrainingOptions, pretrained: PretrainedModel, fresh: TrainableWeights?,
        asked: ReferenceChoice? = nil, longest: Int, in context: ComputeContext
    ) throws {
        let source = pretrained.source
        let positions = min(source.configuration.maximumPositions, longest)
        let storage = WeightStorage(options.tuning.quantisation.rounding)
        let modules = try options.savedModules()
        let isAdapter = options.tuning.kind == .lora
        if isAdapter, modules.isEmpty {
            model = try TransformerModel(
                source: source, trainable: true, maximumPositions: positions, storage: storage, in: context)
            (base, folder) = (nil, nil)
        } else {
            let weights =
                isAdapter
                ? try TrainableWeights.modules(modules, of: source, in: context)
                : try fresh
                    ?? TrainableWeights(options.tuning.weights(of: source.configuration), of: source, in: context)
            folder =
                isAdapter
                ? nil
                : try HuggingFaceFolder(
                    of: pretrained, configuration: options.tuning.initialConfiguration.map { FilePath($0) })
            model = try TransformerModel(
                source: weights, trainable: true, maximumPositions: positions, storage: storage, in: context)
            base = TrainedBase(weights, of: model)
        }
        if let asked {
            reference = try asked.model(positions: longest, storage: storage, in: context)
            referenceAdapter = try asked.lowRankAdapter(in: context)
        } else {
            // An adapter alone is switched off where the base is asked.
            reference =
                base != nil && options.asksReference
                ? try TransformerModel(
                    source: source, trainable: false, maximumPositions: positions, storage: storage, in: context) : nil
            referenceAdapter = nil
        }
    }
}

extension TrainedModels {
    /// What the models and their training will ask for, and what there is.
    ///
    /// - Parameters:
    ///   - longest: tokens of the longest row, as the stage reads it.
    ///   - checks: whether too little is refused.
    /// - Throws: `TrainingError.tooLittleMemory`.
    static func memory(
        _ options: TrainingOptions, pretrained: PretrainedModel, asked: ReferenceChoice?, longest: Int, checks: Bool,
        in context: ComputeContext
    ) throws -> MemoryCheck {
        let trainsBase = options.tuning.kind != .lora || !options.tuning.additionalModules.isEmpty
        let reference = asked?.source ?? (trainsBase && options.asksReference ? pretrained.source : nil)
        func estimate(_ options: TrainingOptions) throws -> MemoryEstimate {
            try MemoryEstimate(
                options, source: pretrained.source, reference: reference, longest: longest, in: context)
        }
        let check = MemoryCheck(try estimate(options), available: MachineMemory.available)
        if checks { try check.require(options, longest: longest, other: estimate) }
        return check
    }
}

extension TrainingOptions {
    /// Whether the stage compares with the model as it was.
    fileprivate var asksReference: Bool {
        stage == .feedback || (stage == .preference && preference.loss != .orpo && preference.loss != .simpo)
    }
}
