import CKernels

/// The right factor of products, `[depth, columns]`, laid out for the kernels.
///
/// With our own kernels that is panels of columns, each depth after depth, padded with zeros; with a BLAS it is
/// plain rows, and a transposed factor shares its storage.
public final class PackedMatrix: Sendable {
    public let depth: Int
    public let columns: Int
    let layout: Layout
    let storage: TensorStorage

    enum Layout: Sendable {
        /// Panels of this many columns.
        case panels(columns: Int)
        /// Plain rows: `[depth, columns]`, or its transpose, `[columns, depth]`.
        case plain(transposed: Bool)
        /// A quantised weight `[outputs, inputs]`, as y = x Wᵀ wants it, or as dx = dy W does; unpacked a panel of
        /// this many columns at a time.
        case quantised(QuantisedMatrix, Direction, panelColumns: Int)
    }

    enum Direction: Sendable {
        case forward
        case backward
    }

    private init(depth: Int, columns: Int, layout: Layout, storage: TensorStorage) {
        self.depth = depth
        self.columns = columns
        self.layout = layout
        self.storage = storage
    }

    /// A matrix of zeros, to be filled by `pack`.
    public convenience init(depth: Int, columns: Int, in context: ComputeContext) {
        precondition(depth > 0 && columns > 0)
        let table = context.kernels.pointee
        guard table.hasPanels else {
            self.init(
                depth: depth, columns: columns, layout: .plain(transposed: false),
                storage: TensorStorage(
                    byteCount: depth * columns * table.wideSize, for: .weights, plan: context.plan))
            return
        }
        let panelColumns = Self.panelColumns(for: columns, in: context)
        let multiple = Int(table.depthMultiple)
        let paddedDepth = (depth + multiple - 1) / multiple * multiple
        let paddedColumns = (columns + panelColumns - 1) / panelColumns * panelColumns
        self.init(
            depth: depth, columns: columns, layout: .panels(columns: panelColumns),
            storage: TensorStorage(
                byteCount: paddedDepth * paddedColumns * table.narrowSize, for: .weights, plan: context.plan))
    }

    /// Few columns would waste most of a wide panel.
    ///
    /// It depends on the columns alone, so that two factors of as many columns are laid out alike.
    private static func panelColumns(for columns: Int, in context: ComputeContext) -> Int {
        let slim = Int(context.kernels.pointee.slimPanelColumns)
        return columns <= 2 * slim ? slim : Int(context.kernels.pointee.widePanelColumns)
    }

    /// A quantised weight seen as the right factor of one direction's products.
    convenience init(_ weight: QuantisedMatrix, _ direction: Direction, in context: ComputeContext) {
        let (depth, columns) =
            direction == .forward ? (weight.inputs, weight.outputs) : (weight.outputs, weight.inputs)
        self.init(
            depth: depth, columns: columns,
            layout: .quantised(
                weight, direction, panelColumns: Self.panelColumns(for: columns, in: context)),
            storage: weight.storage)
    }

    /// The transpose of a plainly stored matrix, sharing its memory.
    static func transpose(of matrix: PackedMatrix) -> PackedMatrix? {
        guard case .plain(let transposed) = matrix.layout else { return nil }
        return PackedMatrix(
            depth: matrix.columns, columns: matrix.depth, layout: .plain(transposed: !transposed),
            storage: matrix.storage)
    }

    /// Columns an output may have beyond `columns`: the padding, which comes out as zeros.
    var paddedColumns: Int {
        switch layout {
        case .panels(let width), .quantised(_, _, let width): (columns + width - 1) / width * width
        case .plain: columns
        }
    }
}

extension ComputeContext {
    /// Fills depths `firstDepth ..< firstDepth + count` of `matrix` with
    /// `scale * source[(k - firstDepth) * depthStride + n * columnStride]`, on the calling thread.
    ///
    /// - Parameter firstDepth: even, as are all but the last count, because depths are packed in pairs.
    func packDepths(
        _ matrix: PackedMatrix, firstDepth: Int, count: Int, source: UnsafeRawPointer, depthStride: Int,
        columnStride: Int, scale: Double
    ) {
        switch matrix.layout {
        case .panels(let width):
            kernels.pointee.packPanels(
                matrix.storage.base, Int32(width), source, matrix.depth, matrix.columns, firstDepth, count,
                depthStride, columnStride, scale)
        case .quantised:
            preconditionFailure("a quantised weight is never changed")
        case .plain(let transposed):
            precondition(!transposed, "a shared transpose is filled through its original")
            let values = source.assumingMemoryBound(to: Float.self)
            let output = matrix.storage.base.assumingMemoryBound(to: Float.self)
            for k in 0..<count {
                for n in 0..<matrix.columns {
                    output[(firstDepth + k) * matrix.columns + n] =
                        Float(scale) * values[k * depthStride + n * columnStride]
                }
            }
        }
    }

    /// Packs a whole wide tensor: `[depth, columns]`, or with `transposed` its transpose.
    public func pack(_ source: Tensor, transposed: Bool = false, scale: Double = 1, into matrix: PackedMatrix) {
        precondition(source.element == .wide)
        precondition(matrix.depth == (transposed ? source.columns : source.rows))
        precondition(matrix.columns == (transposed ? source.rows : source.columns))
        let depthStride = transposed ? 1 : source.columns
        let columnStride = transposed ? source.columns : 1
        packDepths(
            matrix, firstDepth: 0, count: matrix.depth, source: source.pointer, depthStride: depthStride,
            columnStride: columnStride, scale: scale)
    }

    /// A packed copy of a wide tensor `[depth, columns]`, or of its transpose.
    public func packed(_ source: Tensor, transposed: Bool = false) -> PackedMatrix {
        let matrix = PackedMatrix(
            depth: transposed ? source.columns : source.rows, columns: transposed ? source.rows : source.columns,
            in: self)
        pack(source, transposed: transposed, into: matrix)
        return matrix
    }
}
