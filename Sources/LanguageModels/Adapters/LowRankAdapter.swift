import Kernels
import Synchronization

/// A low-rank adapter of a model: factors for every target in every layer.
public final class LowRankAdapter: TrainablePart {
    public let configuration: AdapterConfiguration
    public let modelConfiguration: ModelConfiguration
    /// The first so many rows of both factors are trained, and the rest never changed.
    public let trainedRank: Int
    /// For each layer, the factors of each target.
    private let factors: [[LinearLayer: LowRankFactors]]
    /// Every target with its factors, in the order of layers and of `LinearLayer`.
    public let all: [(layer: Int, target: LinearLayer, factors: LowRankFactors)]
    /// Both factors of every target, where it was made to be trained.
    public let parameters: [TrainableParameter]
    let context: ComputeContext
    /// The model whose rows' lengths DoRA's magnitudes are measured against, once there is one.
    private let measured = Mutex<TransformerModel?>(nil)

    /// An adapter of zeros, of those targets that the model has.
    ///
    /// - Parameter trainable: whether it has room for gradients and moments.
    public init(
        _ configuration: AdapterConfiguration, for model: ModelConfiguration, trainable: Bool,
        trainedRank: Int? = nil, in context: ComputeContext
    ) {
        let trainedRank = trainedRank ?? configuration.rank
        self.configuration = configuration
        self.trainedRank = trainedRank
        self.modelConfiguration = model
        self.context = context
        let factors = (0..<model.layerCount).map { _ in
            var layer: [LinearLayer: LowRankFactors] = [:]
            for target in model.linearLayers where configuration.targets.contains(target) {
                let (outputs, inputs) = target.shape(in: model)
                layer[target] = LowRankFactors(
                    rank: configuration.rank, trainedRank: trainedRank, outputs: outputs, inputs: inputs,
                    scale: configuration.scale, trainable: trainable, usesMagnitudes: configuration.usesMagnitudes,
                    in: context)
            }
            return layer
        }
        self.factors = factors
        let all = factors.indices.flatMap { layer in
            LinearLayer.allCases.compactMap { target in factors[layer][target].map { (layer, target, $0) } }
        }
        self.all = all
        parameters = Self.parameters(all)
    }

    func factors(_ target: LinearLayer, layer: Int) -> LowRankFactors? { factors[layer][target] }

    public var parameterCount: Int {
        all.reduce(0) { $0 + $1.factors.a.count + $1.factors.b.count + ($1.factors.magnitudes?.values.count ?? 0) }
    }

    private static func parameters(
        _ all: [(layer: Int, target: LinearLayer, factors: LowRankFactors)]
    ) -> [TrainableParameter] {
        all.flatMap { layer, target, factors -> [TrainableParameter] in
            guard let state = factors.training else { return [] }
            let trainedRank = factors.trainedRank
            let prefix = "layers.\(layer).\(target.rawValue)"
            let magnitude = factors.magnitudes.flatMap { magnitudes in
                magnitudes.gradient.map {
                    TrainableParameter(
                        name: "\(prefix).magnitude", role: .magnitude, value: magnitudes.values, gradient: $0)
                }
            }
            return [
                .init(
                    name: "\(prefix).A", role: .lowRankDown, value: factors.a.prefix(trainedRank),
                    gradient: state.aGradient.prefix(trainedRank)),
                .init(
                    name: "\(prefix).B", role: .lowRankUp, value: factors.b.prefix(trainedRank),
                    gradient: state.bGradient.prefix(trainedRank)),
            ] + [magnitude].compactMap { $0 }
        }
    }

    /// Packs all factors for products; to be called after every change of them.
    public func pack() {
        context.forEach(all.count, with: self) { index, adapter in
            adapter.all[index].factors.pack(in: adapter.context)
        }
        guard configuration.usesMagnitudes, let model = measured.withLock({ $0 }) else { return }
        for (layer, target, factors) in all {
            factors.magnitudes?.renew(factors, weight: model.layers[layer].weight(target), in: context)
        }
    }

    /// Measures the rows of a model's weights, where the adapter is DoRA's; to be called before products with it, which
    /// all that runs a model does.
    func measure(_ model: TransformerModel) {
        guard configuration.usesMagnitudes, !context.isPlanning, measured.withLock({ $0 !== model }) else { return }
        for (layer, target, factors) in all {
            let name = WeightName.linear(target, layer: layer)
            let (outputs, inputs) = name.shape(in: modelConfiguration)
            factors.magnitudes?.measure(outputs) { rows in
                let values = model.source.values(of: name, rows: rows)
                guard
                    case .rounded(let rounding) = model.storage.treatment(
                        of: name, stored: model.source.blockFormat(of: name))
                else { return values }
                return rounding.rounded(values, columns: inputs)
            }
        }
        model.source.releasePages()
        measured.withLock { $0 = model }
        pack()
    }

    /// Fills A as PEFT does, uniformly in ±1/√inputs (Kaiming with a = √5), and B with zeros, so that the adapter
    /// begins as no change at all.
    ///
    /// - Parameter model: the one it is for; DoRA's magnitudes begin as the lengths of its rows.
    public func initialise(seed: UInt64, of model: TransformerModel? = nil) {
        // One stream for all: a seed for each, a step of the generator apart, would make the same numbers moved by one.
        var random = SplitMix64(seed: seed)
        for (_, _, factors) in all {
            let bound = 1 / Double(factors.a.columns).squareRoot()
            factors.a.assign((0..<factors.a.count).map { _ in (2 * random.nextUnit() - 1) * bound })
            factors.b.clear()
        }
        if let model { measure(model) }
        initialiseMagnitudes()
    }

    /// Takes the lengths of the measured model's rows for the learnt ones, and packs all.
    func initialiseMagnitudes() {
        for (_, _, factors) in all { factors.magnitudes?.initialise() }
        pack()
    }

    public func gradientSquares() -> Double {
        var total = 0.0
        for (_, _, factors) in all {
            guard let state = factors.training else { continue }
            total +=
                context.sumOfSquares(state.aGradient.prefix(trainedRank))
                + context.sumOfSquares(state.bGradient.prefix(trainedRank))
            if let gradient = factors.magnitudes?.gradient { total += context.sumOfSquares(gradient) }
        }
        return total
    }

    /// The norm of all gradients as one vector.
    public func gradientNorm() -> Double { gradientSquares().squareRoot() }
}
