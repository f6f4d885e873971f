/// Which optimiser; names are those of transformers and LLaMA-Factory.
public enum OptimiserKind: String, Sendable, Hashable, CaseIterable {
    /// Adam with decoupled weight decay (Loshchilov and Hutter 2019).
    case adamW = "adamw_torch"
    /// The same, with moments in eight bits (Dettmers et al. 2022).
    case adamW8Bit = "adamw_8bit"
    /// Shazeer and Stern 2018.
    case adafactor = "adafactor"
    /// Jordan et al. 2024; matrices of the base alone, AdamW for the rest.
    case muon = "muon"

    /// Other names for the same.
    static let aliases: [String: OptimiserKind] = [
        "adamw": .adamW, "adamw_torch_fused": .adamW, "adamw_bnb_8bit": .adamW8Bit,
    ]

    init?(name: String) {
        guard let kind = Self.aliases[name] ?? OptimiserKind(rawValue: name) else { return nil }
        self = kind
    }
}
