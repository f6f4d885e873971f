import Kernels

/// DoRA's part of one linear layer's adapter (Liu et al. 2024): y = g ⊙ (x Wᵀ + s (x Aᵀ) Bᵀ), where g is a learnt length
/// of each of the weight's rows over the length that W + s B A gives it.
///
/// That length is a constant to gradients, as in PEFT.
public struct RowMagnitudes: Sendable {
    /// The learnt lengths, wide `[1, outputs]`.
    public let values: Tensor
    public let gradient: Tensor?
    /// Those of W + s B A, and of W alone squared; wide `[1, outputs]`.
    let lengths: Tensor
    let squares: Tensor
    /// g and g − 1, wide `[1, outputs]`.
    let gains: Tensor
    let changes: Tensor
    /// A, narrow, and A Wᵀ, wide, while lengths are computed.
    private let narrowDown: Tensor
    private let cross: Tensor

    init(rank: Int, outputs: Int, inputs: Int, trainable: Bool, in context: ComputeContext) {
        func row() -> Tensor { Tensor(.wide, rows: 1, columns: outputs, in: context) }
        values = row()
        gradient = trainable ? row() : nil
        lengths = row()
        squares = row()
        gains = row()
        changes = row()
        narrowDown = Tensor(.narrow, rows: rank, columns: inputs, in: context)
        cross = Tensor(.wide, rows: rank, columns: outputs, in: context)
    }

    /// Takes the lengths of W's rows for the learnt ones: a new adapter changes nothing.
    func initialise() { values.assign(squares.doubles().map { $0.squareRoot() }) }

    /// Takes the lengths of a base's rows.
    ///
    /// - Parameter rows: gives the numbers of some rows, as products have them.
    func measure(_ outputs: Int, _ rows: (Range<Int>) -> [Float]) {
        var all: [Double] = []
        all.reserveCapacity(outputs)
        for first in stride(from: 0, to: outputs, by: 64) {
            let range = first..<min(outputs, first + 64)
            let values = rows(range)
            let columns = values.count / range.count
            for index in range.indices {
                let start = (index - first) * columns
                all.append(values[start..<start + columns].reduce(0.0) { $0 + Double($1) * Double($1) })
            }
        }
        squares.assign(all)
    }

    /// Computes the lengths of W + s B A, and the gains.
    func renew(_ factors: LowRankFactors, weight: FrozenWeight, in context: ComputeContext) {
        context.narrow(factors.a, into: narrowDown)
        context.multiply(narrowDown, by: weight.forward, into: cross)
        context.rowLengths(
            squares: squares, cross: cross, down: factors.a, up: factors.b, scale: factors.scale, into: lengths)
        renewGains(in: context)
    }

    /// Computes the gains alone, the lengths as they were.
    func renewGains(in context: ComputeContext) {
        context.rowGains(of: values, over: lengths, into: gains, changes: changes)
    }
}
