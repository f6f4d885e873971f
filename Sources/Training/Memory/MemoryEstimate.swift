import DatasetFormats
import Kernels
import LanguageModels

/// The memory that a training will ask for, found by making everything without taking memory for it.
public struct MemoryEstimate: Sendable, Hashable {
    /// The model's packed weights, and those of a reference that is asked.
    public let weights: Int
    /// What is trained: values, gradients, the optimiser's state.
    public let trained: Int
    /// Activations, gradients of activations and logits of a pass.
    public let activations: Int
    /// The program itself, and what is read on the way.
    public static let program = 96 << 20

    public var total: Int { weights + trained + activations + Self.program }

    /// - Parameters:
    ///   - source: the base's weights; nothing but vectors is read.
    ///   - reference: the weights of a reference that is a model of its own.
    ///   - longest: tokens of the longest row, as a stage reads it.
    /// - Throws: as making the model does.
    public init(
        _ options: TrainingOptions, source: any WeightSource, reference: (any WeightSource)?, longest: Int,
        in context: ComputeContext
    ) throws {
        let plan = MemoryPlan()
        let planning = context.planning(plan)
        let positions = min(source.configuration.maximumPositions, longest)
        let isAdapter = options.tuning.kind == .lora
        let storage = isAdapter ? WeightStorage(options.tuning.quantisation.rounding) : .unpacked
        let model = try TransformerModel(
            source: source, trainable: true, maximumPositions: positions, storage: storage, in: planning)
        let referenceModel = try reference.map {
            try TransformerModel(
                source: $0, trainable: false,
                maximumPositions: min($0.configuration.maximumPositions, longest), storage: storage, in: planning)
        }
        weights = plan.byteCount

        var whole = try options.savedModules().map(\.weight)
        var adapter: LowRankAdapter?
        if isAdapter {
            // PiSSA's frozen half is as large as the trained one.
            let configuration = try AdapterConfiguration(
                rank: options.principalIterations == nil ? options.rank : 2 * options.rank, alpha: 1,
                targets: options.targets(of: model.configuration), usesMagnitudes: options.usesMagnitudes
            ).fitting(model.configuration)
            adapter = LowRankAdapter(
                configuration, for: model.configuration, trainable: true, trainedRank: options.rank, in: planning)
        } else {
            whole = try options.tuning.weights(of: source.configuration)
        }
        let count = whole.reduce(0) { total, name in
            let (rows, columns) = name.shape(in: source.configuration)
            return total + rows * columns
        }
        let values = (adapter?.parameters.reduce(0) { $0 + $1.value.count } ?? 0) + count
        trained =
            plan.byteCount - weights + 2 * count * context.wideSize
            + options.optimiser.stateBytes(values, wideSize: context.wideSize)

        let before = plan.byteCount
        let pass = TrainingPass(
            model: model, adapter: adapter, noise: options.noise, recomputation: options.recomputation,
            capacity: max(longest, TrainingLoop.passTokens))
        if let referenceModel {
            _ = TrainingPass(
                model: referenceModel, adapter: nil, recomputation: .layers, capacity: pass.capacity)
        }
        activations = plan.byteCount - before
    }

    /// The estimate as `--json` has it.
    public var json: JSONObject {
        [
            "total": .int(total), "weights": .int(weights), "trained": .int(trained), "activations": .int(activations),
        ]
    }
}

extension OptimiserKind {
    /// Bytes that are remembered of so many parameters, those of rows and columns alone left out.
    fileprivate func stateBytes(_ count: Int, wideSize: Int) -> Int {
        switch self {
        case .adamW: 2 * count * wideSize
        // A byte a moment, and a scale for 256 of them.
        case .adamW8Bit: 2 * count + 2 * count / 256 * 4
        case .adafactor: 0
        case .muon: count * wideSize
        }
    }
}
