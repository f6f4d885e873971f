import Kernels

/// What sets one architecture apart from another, as data: the transformer reads it and asks for no names.
///
/// The defaults are Llama's.
public struct ModelFeatures: Sendable, Hashable {
    public enum Norm: Sendable, Hashable {
        /// Zhang and Sennrich 2019.
        case rootMeanSquare
        /// Ba et al. 2016, with a bias.
        case layer
    }

    /// What one layer's attention does that another's may not.
    public struct Layer: Sendable, Hashable {
        /// An index of `rotations`; nil where positions are not rotated in.
        public var rotation: Int?
        /// The tokens that a token sees at most, itself included.
        public var window: Int?

        public init(rotation: Int? = 0, window: Int? = nil) {
            self.rotation = rotation
            self.window = window
        }
    }

    public var norm = Norm.rootMeanSquare
    /// Linear layers that have a bias.
    public var biases: Set<LinearLayer> = []
    /// Query, key and value are one linear layer.
    public var fusesQueryKeyValue = false
    /// Gate and up are one linear layer.
    public var fusesGateUp = false
    /// The feed-forward layer is a gated unit.
    public var isGated = true
    public var activation = Activation.silu
    /// Each head's queries and keys are normalised before they are rotated.
    public var normalisesQueriesAndKeys = false
    /// What attention and feed-forward give is normalised before it is added to the residual stream.
    public var normalisesBranches = false
    public var embeddingScale = 1.0
    /// What attention scores are multiplied by; nil for 1 / √headDimension.
    public var attentionScale: Double?
    /// Scores, or logits, become cap · tanh(x / cap).
    public var attentionSoftCap: Double?
    public var finalSoftCap: Double?
    /// A learnt vector is added to the embedding for each position.
    public var learnsPositions = false
    public var rotations: [RotaryDescription] = []
    /// One for each layer.
    public var layers: [Layer]

    public init(rotations: [RotaryDescription], layers: [Layer]) {
        self.rotations = rotations
        self.layers = layers
    }

    /// Llama's: every layer rotates whole heads in one way.
    public static func llama(layerCount: Int, headDimension: Int, ropeBase: Double) -> ModelFeatures {
        ModelFeatures(
            rotations: [RotaryDescription(base: ropeBase, rotatedDimension: headDimension)],
            layers: Array(repeating: Layer(), count: layerCount))
    }
}
