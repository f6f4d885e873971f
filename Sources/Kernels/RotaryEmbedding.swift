#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The cosines and sines of rotary position embedding (Su et al. 2021), `[positions, headDimension / 2]` each.
///
/// The pair of columns (i, i + headDimension / 2) turns by position · base^(−2i / headDimension): the halves
/// layout of Hugging Face's Llama, not the interleaved one of the paper.
public struct RotaryTable: Sendable {
    let cosines: Tensor
    let sines: Tensor
    public let positionCount: Int
    public let headDimension: Int

    public init(positionCount: Int, headDimension: Int, base: Double, in context: ComputeContext) {
        precondition(headDimension % 2 == 0 && headDimension > 0)
        let half = headDimension / 2
        self.positionCount = positionCount
        self.headDimension = headDimension
        cosines = Tensor(.wide, rows: positionCount, columns: half, in: context)
        sines = Tensor(.wide, rows: positionCount, columns: half, in: context)
        // The reference keeps frequencies in single precision, so that is what the weights learnt with.
        let frequencies = (0..<half).map { index in
            let exact = 1 / pow(base, Double(2 * index) / Double(headDimension))
            return context.precision == .float64 ? exact : Double(Float(exact))
        }
        var angles: [Double] = []
        angles.reserveCapacity(positionCount * half)
        for position in 0..<positionCount {
            for frequency in frequencies {
                let angle = Double(position) * frequency
                angles.append(context.precision == .float64 ? angle : Double(Float(angle)))
            }
        }
        cosines.assign(angles.map { cos($0) })
        sines.assign(angles.map { sin($0) })
    }
}

extension ComputeContext {
    /// Rotates every head of `values`, narrow `[tokens, heads * headDimension]`, in place.
    ///
    /// - Parameters:
    ///   - positions: one for each row, each less than the table's.
    ///   - inverse: turns back; since rotation is orthogonal, that is also its gradient.
    public func rotate(_ values: Tensor, positions: [Int32], table: RotaryTable, inverse: Bool = false) {
        precondition(values.element == .narrow && positions.count == values.rows)
        precondition(values.columns % table.headDimension == 0)
        precondition(positions.allSatisfy { $0 >= 0 && $0 < table.positionCount })
        positions.withUnsafeBufferPointer { positions in
            guard let positions = positions.baseAddress else { return }
            forEachBlock(of: values.rows, by: Self.rowBlock) { rows in
                kernels.pointee.rotate(
                    values.row(rows.lowerBound), values.columns, rows.count,
                    values.columns / table.headDimension, table.headDimension, positions + rows.lowerBound,
                    table.cosines.pointer, table.sines.pointer, inverse ? -1 : 1)
            }
        }
    }
}
