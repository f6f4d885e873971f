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
    /// g, wide `[1, outputs]`.
    let gains: Tensor
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
    ///
    /// |w + s b A|² = |w|² + 2 s b·(A w) + s² b (A Aᵀ) bᵀ for each row w of W and b of B: no row of the sum is ever made.
    func renew(_ factors: LowRankFactors, weight: FrozenWeight, in context: ComputeContext) {
        context.narrow(factors.a, into: narrowDown)
        context.multiply(narrowDown, by: weight.forward, into: cross)
        let (rank, inputs, outputs) = (factors.a.rows, factors.a.columns, values.columns)
        let (a, b, products) = (factors.a.doubles(), factors.b.doubles(), cross.doubles())
        var gram = [Double](repeating: 0, count: rank * rank)
        for i in 0..<rank {
            for j in 0...i {
                var sum = 0.0
                for column in 0..<inputs { sum += a[i * inputs + column] * a[j * inputs + column] }
                gram[i * rank + j] = sum
                gram[j * rank + i] = sum
            }
        }
        let (base, learnt, scale) = (squares.doubles(), values.doubles(), factors.scale)
        var found = [Double](repeating: 0, count: outputs)
        for row in 0..<outputs {
            var sum = base[row]
            for i in 0..<rank {
                var inner = 2 * products[i * outputs + row]
                for j in 0..<rank { inner += scale * gram[i * rank + j] * b[j * outputs + row] }
                sum += scale * b[i * outputs + row] * inner
            }
            found[row] = max(sum, 0).squareRoot()
        }
        lengths.assign(found)
        gains.assign(zip(learnt, found).map { $1 > 0 ? $0 / $1 : 0 })
    }
}
