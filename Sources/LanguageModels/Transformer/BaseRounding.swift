import Kernels

/// How the linear layers of a base are rounded when it is read (QLoRA, Dettmers et al. 2023). Raw values are the names
/// in command lines and files.
public enum BaseRounding: String, Sendable, Hashable, CaseIterable {
    /// NormalFloat 4: sixteen values at a normal distribution's quantiles, one scale for 64 of them.
    case normalFloat4 = "nf4"
    /// GGUF's blocks, which hold the same numbers here as in a file of that format.
    case q4Blocks = "q4_0"
    case q4OffsetBlocks = "q4_1"
    case q4SuperBlocks = "q4_k"
    case q8Blocks = "q8_0"

    /// Bits of a value, its share of scales not counted.
    public var bits: Int { self == .q8Blocks ? 8 : 4 }

    /// The blocks of a file; nil for NormalFloat 4, which GGUF does not have.
    public var format: WeightFormat? {
        switch self {
        case .normalFloat4: nil
        case .q4Blocks: .q4_0
        case .q4OffsetBlocks: .q4_1
        case .q4SuperBlocks: .q4_K
        case .q8Blocks: .q8_0
        }
    }

    /// A row of a weight is a whole number of so many values.
    public var valuesPerBlock: Int { format?.valuesPerBlock ?? NormalFloat4.shortestRun }

    /// The numbers that rows `[rows, columns]` become.
    func rounded(_ values: [Float], columns: Int) -> [Float] {
        guard let format else { return NormalFloat4.rounded(values, columns: columns) }
        return format.widened(format.narrowed(values))
    }
}

extension WeightFormat {
    /// Bits of a value, its share of scales not counted.
    var bits: Int {
        switch self {
        case .float32: 32
        case .float16, .bfloat16: 16
        case .q8_0: 8
        case .q6_K: 6
        case .q5_0, .q5_1, .q5_K: 5
        case .q4_0, .q4_1, .q4_K: 4
        }
    }
}
