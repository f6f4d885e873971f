/// A moment of an optimiser in eight bits a value: a code of a table and, for each block, the largest size in it
/// (Dettmers et al. 2022, "8-bit Optimizers via Block-wise Quantization").
///
/// Blocks are independent: tasks may change different ones at one time.
public final class QuantisedMoments: @unchecked Sendable {
    /// Values that share a scale.
    public static let blockSize = 256

    /// What the codes stand for, ascending, from −1, or 0, to 1.
    private let table: [Float]
    public let count: Int
    private let blockCount: Int
    // A byte a value, and a `Float` a block.
    private let codeStorage: TensorStorage
    private let scaleStorage: TensorStorage

    /// Zeros.
    ///
    /// - Parameter isSigned: whether there are values below 0.
    public init(count: Int, isSigned: Bool) {
        table = isSigned ? Self.signedTable : Self.unsignedTable
        self.count = count
        blockCount = (count + Self.blockSize - 1) / Self.blockSize
        codeStorage = TensorStorage(byteCount: count)
        scaleStorage = TensorStorage(byteCount: blockCount * 4)
        codePlaces.update(repeating: zeroCode, count: count)
    }

    public var codes: [UInt8] { Array(UnsafeBufferPointer(start: codePlaces, count: count)) }
    public var scales: [Float] { Array(UnsafeBufferPointer(start: scalePlaces, count: blockCount)) }

    /// Puts back what `codes` and `scales` were.
    public func restore(codes: [UInt8], scales: [Float]) {
        precondition(codes.count == count && scales.count == blockCount)
        for (index, code) in codes.enumerated() { codePlaces[index] = code }
        for (index, scale) in scales.enumerated() { scalePlaces[index] = scale }
    }

    private var codePlaces: UnsafeMutablePointer<UInt8> { codeStorage.base.assumingMemoryBound(to: UInt8.self) }
    private var scalePlaces: UnsafeMutablePointer<Float> { scaleStorage.base.assumingMemoryBound(to: Float.self) }
    private var zeroCode: UInt8 { UInt8(table.firstIndex(of: 0) ?? 0) }

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

    private func places(_ block: Int) -> Range<Int> {
        block * Self.blockSize..<min(count, (block + 1) * Self.blockSize)
    }

    /// Widens a block into as many values as it has.
    func widen(_ block: Int, into values: UnsafeMutableBufferPointer<Float>) {
        let scale = scalePlaces[block]
        for (place, index) in places(block).enumerated() { values[place] = table[Int(codePlaces[index])] * scale }
    }

    /// Replaces a block's values.
    func store(_ block: Int, _ values: UnsafeMutableBufferPointer<Float>) {
        let places = places(block)
        var scale: Float = 0
        for place in 0..<places.count { scale = max(scale, abs(values[place])) }
        scalePlaces[block] = scale > 0 ? scale : 0
        for (place, index) in places.enumerated() {
            codePlaces[index] = scale > 0 ? nearest(to: values[place] / scale) : zeroCode
        }
    }

    private func nearest(to value: Float) -> UInt8 {
        var (low, high) = (0, table.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if table[middle] <= value { low = middle } else { high = middle }
        }
        return UInt8(value - table[low] <= table[high] - value ? low : high)
    }
}
