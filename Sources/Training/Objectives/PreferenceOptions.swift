/// How preferences are learnt; the names in files are LLaMA-Factory's.
public struct PreferenceOptions: Sendable, Hashable {
    public var loss = PreferenceLoss.sigmoid
    /// β: how far the model may go from its reference. `pref_beta`.
    public var beta = 0.1
    /// The share of the chosen answer's own mean −log p. `pref_ftx`.
    public var supervisedShare = 0.0
    /// SimPO's margin γ. `simpo_gamma`.
    public var margin = 0.5
    /// How often a preference is taken to be wrong. `dpo_label_smoothing`.
    public var labelSmoothing = 0.0
    /// LD-DPO's α (Liu et al. 2024): what tokens beyond the shorter answer's length count; nil for all alike.
    public var lengthWeight: Double?
    /// KTO's weights. `kto_chosen_weight`, `kto_rejected_weight`.
    public var desirableWeight = 1.0
    public var undesirableWeight = 1.0

    /// What answers are compared with, where it is not the base: a model, and an adapter. `ref_model`,
    /// `ref_model_adapters`.
    public var referenceModel: String?
    public var referenceAdapter: String?

    public init() {}
}
