import Kernels

/// Where a tensor of a GGUF file is, and how it is written.
public struct GGUFTensor: Sendable, Hashable {
    public let name: String
    /// Outermost first: a matrix is `[rows, columns]`.
    public let shape: [Int]
    public let format: WeightFormat
    /// Bytes of the file.
    public let byteRange: Range<Int>

    /// Length of the innermost dimension.
    public var columns: Int { shape.last ?? 1 }
    public var rows: Int { shape.dropLast().reduce(1, *) }
    public var bytesPerRow: Int { columns / format.valuesPerBlock * format.bytesPerBlock }
}
