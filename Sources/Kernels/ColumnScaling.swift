/// Columns that are each multiplied by a number of their own, and the gradients of those numbers.
extension ComputeContext {
    /// values[i, j] *= scales[j].
    ///
    /// - Parameters:
    ///   - values: narrow `[rows, columns]`.
    ///   - scales: wide `[1, columns]`.
    public func scaleColumns(_ values: Tensor, by scales: Tensor) {
        precondition(values.element == .narrow && scales.element == .wide && scales.count == values.columns)
        let span = begin(.conversion)
        defer { span?.end() }
        forEachBlock(of: values.rows, by: Self.rowBlock, with: (values, scales)) { rows, operands in
            let (values, scales) = operands
            let columnCount = values.columns
            for row in rows {
                let start = values.row(row)
                switch values.elementSize {
                case 2:
                    let (own, by) = (start.asPointer(to: UInt16.self), scales.pointer.asPointer(to: Float.self))
                    for j in 0..<columnCount { own[j] = (Float(narrow: own[j]) * by[j]).narrowed }
                case 4:
                    let (own, by) = (start.asPointer(to: Float.self), scales.pointer.asPointer(to: Float.self))
                    for j in 0..<columnCount { own[j] *= by[j] }
                default:
                    let (own, by) = (start.asPointer(to: Double.self), scales.pointer.asPointer(to: Double.self))
                    for j in 0..<columnCount { own[j] *= by[j] }
                }
            }
        }
    }

    /// sums[j] += Σᵢ left[i, j] right[i, j] / divisors[j], in the order of rows; nothing where the divisor is 0.
    ///
    /// - Parameters:
    ///   - left, right: narrow `[rows, columns]`.
    ///   - divisors, sums: wide `[1, columns]`.
    public func addColumnProducts(_ left: Tensor, _ right: Tensor, dividedBy divisors: Tensor, to sums: Tensor) {
        precondition(left.element == .narrow && right.element == .narrow && left.count == right.count)
        precondition(sums.count == left.columns && divisors.count == left.columns)
        let span = begin(.conversion)
        defer { span?.end() }
        forEachBlock(of: left.columns, by: 64, with: (left, right, divisors, sums)) { columns, operands in
            let (left, right, divisors, sums) = operands
            withUnsafeTemporaryAllocation(of: Double.self, capacity: columns.count) { totals in
                totals.initialize(repeating: 0)
                for row in 0..<left.rows {
                    Self.addProducts(left.row(row), right.row(row), columns, elementSize: left.elementSize, to: totals)
                }
                for (index, column) in columns.enumerated() where divisors[wide: column] != 0 {
                    sums[wide: column] += totals[index] / divisors[wide: column]
                }
            }
        }
    }

    private static func addProducts(
        _ left: UnsafeMutableRawPointer, _ right: UnsafeMutableRawPointer, _ columns: Range<Int>, elementSize: Int,
        to totals: UnsafeMutableBufferPointer<Double>
    ) {
        let first = columns.lowerBound
        switch elementSize {
        case 2:
            let (a, b) = (left.asPointer(to: UInt16.self), right.asPointer(to: UInt16.self))
            for j in columns { totals[j - first] += Double(Float(narrow: a[j]) * Float(narrow: b[j])) }
        case 4:
            let (a, b) = (left.asPointer(to: Float.self), right.asPointer(to: Float.self))
            for j in columns { totals[j - first] += Double(a[j]) * Double(b[j]) }
        default:
            let (a, b) = (left.asPointer(to: Double.self), right.asPointer(to: Double.self))
            for j in columns { totals[j - first] += a[j] * b[j] }
        }
    }
}

extension UnsafeMutableRawPointer {
    fileprivate func asPointer<Value>(to type: Value.Type) -> UnsafeMutablePointer<Value> {
        assumingMemoryBound(to: type)
    }
}

extension Float {
    /// A bfloat16 number, widened.
    fileprivate init(narrow bits: UInt16) { self.init(bitPattern: UInt32(bits) << 16) }

    /// Rounded to bfloat16, to nearest, ties to even.
    fileprivate var narrowed: UInt16 {
        let bits = bitPattern
        return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) >> 16)
    }
}
