/// The memory that steps of Muon need for matrices of one shape, or of its transpose: one step after another uses it.
public final class MuonWorkspace: Sendable {
    /// The matrix as it lies, no taller than wide: wide `[smaller, larger]`.
    let matrix: Tensor
    /// The same, for what is added to it.
    let product: Tensor
    /// The update, and the direction that is made of it, in the parameter's own shape.
    private let update: Tensor
    /// XXᵀ and its square: wide `[smaller, smaller]`.
    let gram: Tensor
    let squaredGram: Tensor
    /// Left factors, padded to whole depths.
    let narrowMatrix: Tensor
    let narrowGram: Tensor
    /// Right factors.
    let packedMatrix: PackedMatrix
    let packedTranspose: PackedMatrix
    let packedGram: PackedMatrix

    public init(_ shape: MuonShape, in context: ComputeContext) {
        let (smaller, larger) = (shape.smaller, shape.larger)
        func wide(_ columns: Int) -> Tensor { Tensor(.wide, rows: smaller, columns: columns, in: context) }
        func narrow(_ columns: Int) -> Tensor {
            Tensor(.narrow, rows: smaller, columns: context.paddedDepth(columns), in: context)
        }
        (matrix, product, update) = (wide(larger), wide(larger), wide(larger))
        (gram, squaredGram) = (wide(smaller), wide(smaller))
        (narrowMatrix, narrowGram) = (narrow(larger), narrow(smaller))
        packedMatrix = PackedMatrix(depth: smaller, columns: larger, in: context)
        packedTranspose = PackedMatrix(depth: larger, columns: smaller, in: context)
        packedGram = PackedMatrix(depth: smaller, columns: smaller, in: context)
    }

    func direction(like parameter: Tensor) -> Tensor {
        precondition(MuonShape(rows: parameter.rows, columns: parameter.columns).larger == matrix.columns)
        return update.reshaped(columns: parameter.columns)
    }
}

/// The sides of a matrix, whichever way it stands.
public struct MuonShape: Sendable, Hashable {
    public let smaller: Int
    public let larger: Int

    public init(rows: Int, columns: Int) {
        (smaller, larger) = (min(rows, columns), max(rows, columns))
    }
}
