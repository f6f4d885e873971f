/// Columns that are each multiplied by a number of their own, and the gradients of those numbers.
extension ComputeContext {
    /// output[i, j] = values[i, j] · scales[j].
    ///
    /// - Parameters:
    ///   - values: narrow `[rows, columns]`.
    ///   - scales: wide `[1, columns]`.
    ///   - output: narrow, of the values' shape; nil for the values themselves.
    public func scaleColumns(_ values: Tensor, by scales: Tensor, into output: Tensor? = nil) {
        let output = output ?? values
        precondition(output.element == .narrow)
        combineColumns(values, by: scales, with: output, adds: false)
    }

    /// output[i, j] += values[i, j] · scales[j].
    ///
    /// - Parameters:
    ///   - values: narrow `[rows, columns]`.
    ///   - scales: wide `[1, columns]`.
    ///   - output: of either type, of the values' shape.
    public func addScaledColumns(_ values: Tensor, by scales: Tensor, to output: Tensor) {
        combineColumns(values, by: scales, with: output, adds: true)
    }

    private func combineColumns(_ values: Tensor, by scales: Tensor, with output: Tensor, adds: Bool) {
        precondition(values.element == .narrow && scales.element == .wide && scales.count == values.columns)
        precondition(output.rows == values.rows && output.columns == values.columns)
        let span = begin(.conversion)
        defer { span?.end() }
        forEachBlock(of: values.rows, by: Self.rowBlock, with: (values, scales, output, adds)) { rows, operands in
            let (values, scales, output, adds) = operands
            let count = values.columns
            for row in rows {
                let (from, by, to) = (values.row(row), scales.pointer, output.row(row))
                switch (values.elementSize, output.elementSize) {
                case (2, 2): combine(BFloat16.self, from, Float.self, by, BFloat16.self, to, count, adds)
                case (2, _): combine(BFloat16.self, from, Float.self, by, Float.self, to, count, adds)
                case (4, _): combine(Float.self, from, Float.self, by, Float.self, to, count, adds)
                default: combine(Double.self, from, Double.self, by, Double.self, to, count, adds)
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
                    ComputeContext.addProducts(
                        left.row(row), right.row(row), columns, elementSize: left.elementSize, to: totals)
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
            for j in columns {
                totals[j - first] += Double(BFloat16(bits: a[j]).widened * BFloat16(bits: b[j]).widened)
            }
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

/// A number of a row, as it is stored.
private protocol RowElement {
    associatedtype Wide: BinaryFloatingPoint
    var widened: Wide { get }
    init(rounding wide: Wide)
}

extension Float: RowElement {
    fileprivate var widened: Float { self }
    fileprivate init(rounding wide: Float) { self = wide }
}

extension Double: RowElement {
    fileprivate var widened: Double { self }
    fileprivate init(rounding wide: Double) { self = wide }
}

/// The upper half of a `Float`.
private struct BFloat16: RowElement {
    let bits: UInt16

    init(bits: UInt16) { self.bits = bits }

    /// To nearest, ties to even.
    init(rounding wide: Float) {
        let bits = wide.bitPattern
        self.bits = UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) >> 16)
    }

    var widened: Float { Float(bitPattern: UInt32(bits) << 16) }
}

/// One row of `combineColumns`.
@inline(__always)
private func combine<Value: RowElement, Output: RowElement>(
    _: Value.Type, _ values: UnsafeMutableRawPointer, _: Value.Wide.Type, _ scales: UnsafeMutableRawPointer,
    _: Output.Type, _ output: UnsafeMutableRawPointer, _ count: Int, _ adds: Bool
) where Value.Wide == Output.Wide {
    let values = values.asPointer(to: Value.self)
    let scales = scales.asPointer(to: Value.Wide.self)
    let output = output.asPointer(to: Output.self)
    if adds {
        for j in 0..<count { output[j] = Output(rounding: output[j].widened + values[j].widened * scales[j]) }
    } else {
        for j in 0..<count { output[j] = Output(rounding: values[j].widened * scales[j]) }
    }
}
