/// Lengths of the rows of a sum that is never made: a matrix and the product of two low-rank factors.
extension ComputeContext {
    /// lengths[i] = |wᵢ + s bᵢ A| for each row w of a matrix W and b of a factor B, as
    /// |w + s b A|² = |w|² + 2 s b·(A w) + s² b (A Aᵀ) bᵀ.
    ///
    /// - Parameters:
    ///   - squares: |wᵢ|², wide `[1, outputs]`.
    ///   - cross: A Wᵀ, wide `[rank, outputs]`.
    ///   - down: A, wide `[rank, inputs]`.
    ///   - up: Bᵀ, wide `[rank, outputs]`.
    ///   - scale: s.
    ///   - lengths: wide `[1, outputs]`.
    public func rowLengths(
        squares: Tensor, cross: Tensor, down: Tensor, up: Tensor, scale: Double, into lengths: Tensor
    ) {
        let (rank, outputs) = (down.rows, lengths.count)
        precondition(squares.count == outputs && cross.rows == rank && cross.columns == outputs)
        precondition(up.rows == rank && up.columns == outputs && lengths.element == .wide && down.element == .wide)
        let gram = borrowScratch(byteCount: rank * rank * 8, workers: 1)
        let columns = borrowScratch(byteCount: rank * 8, workers: threadCount)
        defer {
            giveBack(columns)
            giveBack(gram)
        }
        forEachTask(rank, with: (down, gram)) { row, _, operands in
            let (down, gram) = operands
            ComputeContext.fillGram(row, of: down, into: gram[0].doubles)
        }
        let tensors = (squares, cross, up, lengths)
        let block = 256
        forEachTask((outputs + block - 1) / block, with: (tensors, gram, columns, scale, block)) {
            task, worker, operands in
            let (tensors, gram, columns, scale, block) = operands
            let (squares, cross, up, lengths) = tensors
            let (products, own) = (gram[0].doubles, columns[worker].doubles)
            let (rank, outputs) = (up.rows, lengths.count)
            for row in task * block..<min(outputs, (task + 1) * block) {
                for i in 0..<rank { own[i] = up[wide: i * outputs + row] }
                var sum = squares[wide: row]
                for i in 0..<rank {
                    var inner = 2 * cross[wide: i * outputs + row]
                    for j in 0..<rank { inner += scale * products[i * rank + j] * own[j] }
                    sum += scale * own[i] * inner
                }
                lengths[wide: row] = max(sum, 0).squareRoot()
            }
        }
    }

    /// gains[i] = learnt[i] / lengths[i], 0 where that length is 0; and what is left of it without 1. All wide, of one
    /// shape.
    public func rowGains(of learnt: Tensor, over lengths: Tensor, into gains: Tensor, changes: Tensor) {
        precondition(learnt.count == lengths.count && gains.count == learnt.count && changes.count == learnt.count)
        forEachBlock(of: learnt.count, by: 4096, with: (learnt, lengths, gains, changes)) { range, operands in
            let (learnt, lengths, gains, changes) = operands
            for index in range {
                let gain = lengths[wide: index] > 0 ? learnt[wide: index] / lengths[wide: index] : 0
                gains[wide: index] = gain
                changes[wide: index] = gain - 1
            }
        }
    }

    /// A row of A Aᵀ up to the diagonal, and the column that is its like.
    private static func fillGram(_ row: Int, of matrix: Tensor, into gram: UnsafeMutablePointer<Double>) {
        let (rank, columns) = (matrix.rows, matrix.columns)
        for other in 0...row {
            let (left, right) = (matrix.row(row), matrix.row(other))
            let product =
                matrix.elementSize == 8
                ? dot(left.assumingMemoryBound(to: Double.self), right.assumingMemoryBound(to: Double.self), columns)
                : dot(left.assumingMemoryBound(to: Float.self), right.assumingMemoryBound(to: Float.self), columns)
            gram[row * rank + other] = product
            gram[other * rank + row] = product
        }
    }

    private static func dot<Value: BinaryFloatingPoint>(
        _ left: UnsafeMutablePointer<Value>, _ right: UnsafeMutablePointer<Value>, _ count: Int
    ) -> Double {
        var sum = 0.0
        for index in 0..<count { sum += Double(left[index]) * Double(right[index]) }
        return sum
    }
}

extension TensorStorage {
    /// Its memory as double-precision numbers.
    fileprivate var doubles: UnsafeMutablePointer<Double> { base.assumingMemoryBound(to: Double.self) }
}
