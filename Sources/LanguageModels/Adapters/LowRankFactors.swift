import Kernels

/// The two factors of one linear layer's adapter, y = x Wᵀ + s (x Aᵀ) Bᵀ, and what training them needs.
///
/// `a` is `[rank, inputs]`; `b` is kept transposed, `[rank, outputs]`, so that both gradients are sums of outer
/// products over tokens with the same layout.
public final class LowRankFactors: Sendable {
    public let a: Tensor
    public let b: Tensor
    let scale: Double
    /// Rows of both factors that are trained; the rest stay as they are, as a part of the base (PiSSA).
    let trainedRank: Int
    /// x Aᵀ: `[inputs, rank]`, and (·) Bᵀ: `[rank, outputs]`, the scale in it.
    let down: PackedMatrix
    let up: PackedMatrix
    /// The gradients' way: dy B: `[outputs, rank]`, the scale in it, and (·) A: `[rank, inputs]`.
    let upBackward: PackedMatrix?
    let downBackward: PackedMatrix?
    public let training: TrainingState?
    /// DoRA's lengths of rows, where the adapter has them.
    public let magnitudes: RowMagnitudes?

    /// Gradients, in the shapes of the factors.
    public struct TrainingState: Sendable {
        public let aGradient: Tensor
        public let bGradient: Tensor
    }

    init(
        rank: Int, trainedRank: Int, outputs: Int, inputs: Int, scale: Double, trainable: Bool, usesMagnitudes: Bool,
        in context: ComputeContext
    ) {
        func zeros(_ columns: Int) -> Tensor { Tensor(.wide, rows: rank, columns: columns, in: context) }
        a = zeros(inputs)
        b = zeros(outputs)
        self.scale = scale
        self.trainedRank = trainedRank
        down = PackedMatrix(depth: inputs, columns: rank, in: context)
        up = PackedMatrix(depth: rank, columns: outputs, in: context)
        upBackward = trainable ? PackedMatrix(depth: outputs, columns: rank, in: context) : nil
        downBackward = trainable ? PackedMatrix(depth: rank, columns: inputs, in: context) : nil
        training = trainable ? TrainingState(aGradient: zeros(inputs), bGradient: zeros(outputs)) : nil
        magnitudes =
            usesMagnitudes
            ? RowMagnitudes(rank: rank, outputs: outputs, inputs: inputs, trainable: trainable, in: context) : nil
    }

    /// The rows that are not trained, or nil where all are.
    var frozenRows: Range<Int>? { trainedRank < a.rows ? trainedRank..<a.rows : nil }

    /// Packs the factors for products; to be called whenever they have changed.
    func pack(in context: ComputeContext) {
        context.pack(a, transposed: true, into: down)
        context.pack(b, scale: scale, into: up)
        if let upBackward { context.pack(b, transposed: true, scale: scale, into: upBackward) }
        if let downBackward { context.pack(a, into: downBackward) }
    }
}
