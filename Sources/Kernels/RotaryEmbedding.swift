#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The cosines and sines of rotary position embedding (Su et al. 2021), `[positions, rotatedDimension / 2]` each.
///
/// The pair of columns (i, i + rotatedDimension / 2) of a head turns by position · frequency i: the halves layout of
/// Hugging Face's models, not the interleaved one of the paper. Columns past `rotatedDimension` are left as they are.
public struct RotaryTable: Sendable {
    let cosines: Tensor
    let sines: Tensor
    public let positionCount: Int
    public let headDimension: Int
    public let rotatedDimension: Int

    /// - Parameters:
    ///   - frequencies: radians a position, one for each pair; they are rounded to single precision, except in double.
    ///   - magnitude: what rotated values are multiplied by (YaRN's attention factor).
    public init(
        positionCount: Int, headDimension: Int, frequencies: [Double], magnitude: Double = 1,
        in context: ComputeContext
    ) {
        let half = frequencies.count
        precondition(half > 0 && 2 * half <= headDimension)
        self.positionCount = positionCount
        self.headDimension = headDimension
        rotatedDimension = 2 * half
        cosines = Tensor(.wide, rows: positionCount, columns: half, in: context)
        sines = Tensor(.wide, rows: positionCount, columns: half, in: context)
        // The reference keeps frequencies in single precision, so that is what the weights learnt with.
        let frequencies = frequencies.map { context.precision == .float64 ? $0 : Double(Float($0)) }
        var angles: [Double] = []
        angles.reserveCapacity(positionCount * half)
        for position in 0..<positionCount {
            for frequency in frequencies {
                let angle = Double(position) * frequency
                angles.append(context.precision == .float64 ? angle : Double(Float(angle)))
            }
        }
        cosines.assign(angles.map { cos($0) * magnitude })
        sines.assign(angles.map { sin($0) * magnitude })
    }

    /// Frequencies base^(−2i / headDimension), for whole heads.
    public init(positionCount: Int, headDimension: Int, base: Double, in context: ComputeContext) {
        self.init(
            positionCount: positionCount, headDimension: headDimension,
            frequencies: Self.frequencies(rotatedDimension: headDimension, base: base), in: context)
    }

    /// base^(−2i / rotatedDimension) for each pair i.
    public static func frequencies(rotatedDimension: Int, base: Double) -> [Double] {
        precondition(rotatedDimension % 2 == 0 && rotatedDimension > 0)
        return (0..<rotatedDimension / 2).map { 1 / pow(base, Double(2 * $0) / Double(rotatedDimension)) }
    }
}

extension ComputeContext {
    /// Rotates every head of `values`, narrow `[tokens, heads * headDimension]`, in place.
    ///
    /// - Parameters:
    ///   - positions: one for each row, each less than the table's.
    ///   - inverse: turns back; a rotation's transpose, so that is also its gradient.
    public func rotate(_ values: Tensor, positions: [Int32], table: RotaryTable, inverse: Bool = false) {
        precondition(values.element == .narrow && positions.count == values.rows)
        precondition(values.columns % table.headDimension == 0)
        precondition(positions.allSatisfy { $0 >= 0 && $0 < table.positionCount })
        let span = begin(.rotation)
        defer { span?.end() }
        positions.withUnsafeBufferPointer { positions in
            guard let positions = positions.baseAddress else { return }
            let operands = (kernels, values, positions, table, inverse)
            forEachBlock(of: values.rows, by: Self.rowBlock, with: operands) { rows, operands in
                let (kernels, values, positions, table, inverse) = operands
                kernels.pointee.rotate(
                    values.row(rows.lowerBound), values.columns, rows.count,
                    values.columns / table.headDimension, table.headDimension, table.rotatedDimension,
                    positions + rows.lowerBound, table.cosines.pointer, table.sines.pointer, inverse ? -1 : 1)
            }
        }
    }
}
