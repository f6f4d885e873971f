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
        let learnt = Self.bytes(
            ofWhole: whole, of: source.configuration,
            besideAdapterOf: adapter?.parameters.reduce(0) { $0 + $1.value.count } ?? 0, options.optimiser,
            in: planning)
        trained = plan.byteCount - weights + learnt

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

    /// Values and gradients of weights that are trained whole, and what the optimiser remembers of them and of an
    /// adapter's numbers.
    private static func bytes(
        ofWhole names: [WeightName], of configuration: ModelConfiguration, besideAdapterOf adapterCount: Int,
        _ optimiser: OptimiserKind, in planning: ComputeContext
    ) -> Int {
        func count(_ names: [WeightName]) -> Int {
            names.map { $0.shape(in: configuration) }.reduce(0) { $0 + $1.rows * $1.columns }
        }
        let matrices = names.filter { MuonOptimiser.takes($0.role, rows: $0.shape(in: configuration).rows) }
        if optimiser == .muon {
            _ = MuonOptimiser.workspaces(matrices.map { $0.shape(in: configuration) }, in: planning)
        }
        let whole = count(names)
        return 2 * whole * planning.wideSize
            + optimiser.stateBytes(adapterCount + whole, inMatrices: count(matrices), wideSize: planning.wideSize)
    }

    /// The estimate as `--json` has it.
    public var json: JSONObject {
        [
            "total": .int(total), "weights": .int(weights), "trained": .int(trained), "activations": .int(activations),
        ]
    }
}

extension OptimiserKind {
    /// Bytes that are remembered of so many numbers, those of rows and columns alone left out.
    ///
    /// - Parameter matrixCount: how many of the numbers are in matrices inside blocks.
    fileprivate func stateBytes(_ count: Int, inMatrices matrixCount: Int, wideSize: Int) -> Int {
        switch self {
        case .adamW: 2 * count * wideSize
        // A byte a moment, and a scale for 256 of them.
        case .adamW8Bit: 2 * count + 2 * count / 256 * 4
        case .adafactor: 0
        case .muon: (2 * count - matrixCount) * wideSize
        }
    }
}
