/// What a training computes a second time rather than keeping it: time for memory, at the same bits.
public enum Recomputation: String, Sendable, Hashable, CaseIterable {
    case nothing = "none"
    /// Blocks: of each only its input is kept (Chen et al. 2016, "Training deep nets with sublinear memory cost").
    case layers
}
