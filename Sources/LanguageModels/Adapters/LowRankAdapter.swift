import Kernels

/// A low-rank adapter of a model: factors for every target in every layer.
public final class LowRankAdapter: Sendable {
    public let configuration: AdapterConfiguration
    public let modelConfiguration: ModelConfiguration
    /// For each layer, the factors of each target.
    private let factors: [[LinearLayer: LowRankFactors]]
    let context: ComputeContext

    /// An adapter of zeros, of those targets that the model has.
    ///
    /// - Parameter trainable: whether it has room for gradients and moments.
    public init(
        _ configuration: AdapterConfiguration, for model: ModelConfiguration, trainable: Bool,
        in context: ComputeContext
    ) {
        self.configuration = configuration
        self.modelConfiguration = model
        self.context = context
        factors = (0..<model.layerCount).map { _ in
            var layer: [LinearLayer: LowRankFactors] = [:]
            for target in model.linearLayers where configuration.targets.contains(target) {
                let (outputs, inputs) = target.shape(in: model)
                layer[target] = LowRankFactors(
                    rank: configuration.rank, outputs: outputs, inputs: inputs, scale: configuration.scale,
                    trainable: trainable, in: context)
            }
            return layer
        }
    }

    func factors(_ target: LinearLayer, layer: Int) -> LowRankFactors? { factors[layer][target] }

    /// Every target with its factors, in the order of layers and of `LinearLayer`.
    public var all: [(layer: Int, target: LinearLayer, factors: LowRankFactors)] {
        factors.indices.flatMap { layer in
            LinearLayer.allCases.compactMap { target in factors[layer][target].map { (layer, target, $0) } }
        }
    }

    public var parameterCount: Int { all.reduce(0) { $0 + $1.factors.a.count + $1.factors.b.count } }

    /// Packs all factors for products; to be called after every change of them.
    public func pack() {
        let all = all
        context.forEach(all.count) { all[$0].factors.pack(in: self.context) }
    }

    /// Fills A as PEFT does, uniformly in ±1/√inputs (Kaiming with a = √5), and B with zeros, so that the adapter
    /// begins as no change at all.
    public func initialise(seed: UInt64) {
        // One stream for all: a seed for each, a step of the generator apart, would make the same numbers moved by one.
        var random = SplitMix64(seed: seed)
        for (_, _, factors) in all {
            let bound = 1 / Double(factors.a.columns).squareRoot()
            factors.a.assign((0..<factors.a.count).map { _ in (2 * random.nextUnit() - 1) * bound })
            factors.b.clear()
        }
        pack()
    }

    /// Sets every gradient to zero.
    public func clearGradients() {
        for (_, _, factors) in all {
            factors.training?.aGradient.clear()
            factors.training?.bGradient.clear()
        }
    }

    /// The norm of all gradients as one vector, added in a fixed order.
    public func gradientNorm() -> Double {
        var total = 0.0
        for (_, _, factors) in all {
            guard let state = factors.training else { continue }
            total += context.sumOfSquares(state.aGradient) + context.sumOfSquares(state.bGradient)
        }
        return total.squareRoot()
    }

    /// One step of AdamW on every factor, and packs them again.
    ///
    /// - Parameter gradientScale: what gradients are multiplied by first (clipping).
    public func step(_ optimiser: AdamW, step: Int, learningRate: Double, gradientScale: Double) {
        for (_, _, factors) in all {
            guard let state = factors.training else { continue }
            context.adamStep(
                optimiser, parameter: factors.a, firstMoment: state.aFirst, secondMoment: state.aSecond,
                gradient: state.aGradient, step: step, learningRate: learningRate, gradientScale: gradientScale)
            context.adamStep(
                optimiser, parameter: factors.b, firstMoment: state.bFirst, secondMoment: state.bSecond,
                gradient: state.bGradient, step: step, learningRate: learningRate, gradientScale: gradientScale)
        }
        pack()
    }
}

/// Sebastiano Vigna's SplitMix64: a small generator that is the same everywhere.
struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform in 0 ..< 1.
    mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
