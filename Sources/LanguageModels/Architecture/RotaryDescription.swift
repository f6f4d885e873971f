import Kernels

/// Rotary position embedding (Su et al. 2021) as a model has it.
public struct RotaryDescription: Sendable, Hashable {
    public var base: Double
    /// The first columns of a head that are rotated; the rest is left.
    public var rotatedDimension: Int
    public var scaling: RopeScaling

    public init(base: Double, rotatedDimension: Int, scaling: RopeScaling = .none) {
        self.base = base
        self.rotatedDimension = rotatedDimension
        self.scaling = scaling
    }

    /// What is wrong with it for heads of this size, or nil.
    func problem(headDimension: Int) -> String? {
        guard base > 1, base.isFinite else { return "rope base \(base) is impossible" }
        guard rotatedDimension > 0, rotatedDimension % 2 == 0, rotatedDimension <= headDimension else {
            return "a rotation of \(rotatedDimension) of a head's \(headDimension) dimensions is impossible"
        }
        return scaling.problem(pairCount: rotatedDimension / 2)
    }

    /// Radians a position, for each pair.
    var frequencies: [Double] {
        var frequencies = RotaryTable.frequencies(rotatedDimension: rotatedDimension, base: base)
        scaling.apply(to: &frequencies, base: base)
        return frequencies
    }

    func table(positionCount: Int, headDimension: Int, in context: ComputeContext) -> RotaryTable {
        RotaryTable(
            positionCount: positionCount, headDimension: headDimension, frequencies: frequencies,
            magnitude: scaling.magnitude, in: context)
    }
}
