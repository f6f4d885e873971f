/// A moment of an optimiser in eight bits a value: a code of a table and, for each block, the largest size in it
/// (Dettmers et al. 2022, "8-bit Optimizers via Block-wise Quantization").
public struct QuantisedMoments: Sendable {
    /// Values that share a scale.
    public static let blockSize = 256

    /// What the codes stand for, ascending, from −1, or 0, to 1.
    let table: [Float]
    public private(set) var codes: [UInt8]
    public private(set) var scales: [Float]

    /// Zeros.
    ///
    /// - Parameter isSigned: whether there are values below 0.
    public init(count: Int, isSigned: Bool) {
        table = isSigned ? Self.signedTable : Self.unsignedTable
        let zero = table.firstIndex(of: 0) ?? 0
        codes = [UInt8](repeating: UInt8(zero), count: count)
        scales = [Float](repeating: 0, count: (count + Self.blockSize - 1) / Self.blockSize)
    }

    /// Puts back what `codes` and `scales` were.
    public mutating func restore(codes: [UInt8], scales: [Float]) {
        precondition(codes.count == self.codes.count && scales.count == self.scales.count)
        self.codes = codes
        self.scales = scales
    }

    static let signedTable = dynamicTable(isSigned: true)
    static let unsignedTable = dynamicTable(isSigned: false)

    /// The paper's dynamic tree quantisation: an indicator bit after e zeros says the decimal exponent, and the bits
    /// after it divide [0.1, 1] evenly, so that small values keep their relative precision.
    private static func dynamicTable(isSigned: Bool) -> [Float] {
        let exponents = 7
        var values: [Float] = [0, 1]
        for exponent in 0..<exponents {
            let intervals = 1 << (isSigned ? exponent : exponent + 1)
            let power = (exponent..<exponents - 1).reduce(1.0) { value, _ in value / 10 }
            for interval in 0..<intervals {
                let middle = 0.1 + 0.9 * (Double(interval) + 0.5) / Double(intervals)
                values.append(Float(power * middle))
                if isSigned { values.append(Float(-power * middle)) }
            }
        }
        return values.sorted()
    }

    /// Widens a block.
    func widened(_ block: Int) -> [Float] {
        let first = block * Self.blockSize
        return codes[first..<min(codes.count, first + Self.blockSize)].map { table[Int($0)] * scales[block] }
    }

    /// The codes and the scale of a block's values.
    static func quantised(_ values: [Float], table: [Float]) -> (codes: [UInt8], scale: Float) {
        let scale = values.reduce(0) { max($0, abs($1)) }
        guard scale > 0 else { return (values.map { _ in UInt8(table.firstIndex(of: 0) ?? 0) }, 0) }
        return (values.map { nearest(to: $0 / scale, in: table) }, scale)
    }

    private static func nearest(to value: Float, in table: [Float]) -> UInt8 {
        var (low, high) = (0, table.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if table[middle] <= value { low = middle } else { high = middle }
        }
        return UInt8(value - table[low] <= table[high] - value ? low : high)
    }

    mutating func store(_ block: Int, codes new: [UInt8], scale: Float) {
        let first = block * Self.blockSize
        codes.replaceSubrange(first..<first + new.count, with: new)
        scales[block] = scale
    }
}
