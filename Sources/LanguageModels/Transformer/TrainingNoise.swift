/// Noise that a training adds to forwards, so that what is learnt does not cling to the rows.
public struct TrainingNoise: Sendable, Hashable {
    /// The share of an adapter's inputs that is dropped. `lora_dropout`.
    public var dropout = 0.0
    /// NEFTune's α (Jain et al. 2023); nil for no noise on embeddings. `neftune_noise_alpha`.
    public var embeddingNoise: Double?
    public var seed: UInt64 = 0

    public init() {}

    public var isNone: Bool { dropout == 0 && embeddingNoise == nil }
}
