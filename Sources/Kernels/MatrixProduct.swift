import CBLAS
import CKernels

extension ComputeContext {
    /// What becomes of a product.
    public enum ProductMode: Sendable {
        case store
        case accumulate
    }

    /// output = left · right, plus `extraLeft` · `extraRight` where given (a low-rank adapter's share), in one pass.
    ///
    /// - Parameters:
    ///   - left: narrow `[rows, depth]`; it may have more columns than `right` is deep, if they are zeros.
    ///   - right: `[depth, columns]`.
    ///   - output: `[rows, columns]`, narrow (store only) or wide; columns past the factor's become zeros.
    public func multiply(
        _ left: Tensor, by right: PackedMatrix, adding extra: (left: Tensor, right: PackedMatrix)? = nil,
        into output: Tensor, mode: ProductMode = .store
    ) {
        check(left, by: right, adding: extra, into: output)
        guard left.rows > 0 else { return }
        let inner = right.depth + (extra?.right.depth ?? 0)
        let isLowRank = min(right.depth, right.columns) <= Self.lowestFullRank
        let span = begin(isLowRank ? .lowRankProduct : .product, arithmetic: 2 * left.rows * inner * right.columns)
        defer { span?.end() }
        switch right.layout {
        case .panels(let width):
            multiplyPanels(left, by: right, width: width, adding: extra, into: output, mode: mode)
        case .quantised(let weight, let direction, let width):
            multiplyQuantised(
                left, by: right, weight: weight, direction, width: width, adding: extra, into: output, mode: mode)
        case .plain:
            multiplyPlain(left, by: right, accumulate: mode == .accumulate, into: output)
            if let extra { multiplyPlain(extra.left, by: extra.right, accumulate: true, into: output) }
        }
    }

    func check(
        _ left: Tensor, by right: PackedMatrix, adding extra: (left: Tensor, right: PackedMatrix)?, into output: Tensor
    ) {
        precondition(left.element == .narrow && left.rows == output.rows && left.columns >= right.depth)
        precondition(output.columns >= right.columns && output.columns <= max(right.paddedColumns, output.columns))
        guard let extra else { return }
        precondition(extra.left.rows == left.rows && extra.left.columns >= extra.right.depth)
        precondition(extra.right.columns == right.columns)
    }

    /// A factor with fewer rows or columns counts as an adapter's.
    private static let lowestFullRank = 128

    func storeMode(_ output: Tensor, _ mode: ProductMode) -> ds_store_mode {
        switch (output.element, mode) {
        case (.narrow, .store): DS_STORE_NARROW
        case (.wide, .store): DS_STORE_WIDE
        case (.wide, .accumulate): DS_ACCUMULATE_WIDE
        case (.narrow, .accumulate): preconditionFailure("only wide outputs are added to")
        }
    }

    private func multiplyPanels(
        _ left: Tensor, by right: PackedMatrix, width: Int, adding extra: (left: Tensor, right: PackedMatrix)?,
        into output: Tensor, mode: ProductMode
    ) {
        let storeMode = storeMode(output, mode)
        let panelCount = (right.columns + width - 1) / width
        let rowBlocks = (left.rows + Self.productRowBlock - 1) / Self.productRowBlock
        // Few rows: split over columns too, so that there is work for every thread; but for what is done before threads meet.
        let isShort = left.rows * right.depth * right.columns < Self.fewestSharedProducts
        let groups = isShort ? 1 : min(panelCount, max(1, 8 / rowBlocks))
        let groupSize = (panelCount + groups - 1) / groups
        let groupCount = (panelCount + groupSize - 1) / groupSize
        let sizes = (width, panelCount, groupSize, groupCount, storeMode)
        forEachTask(rowBlocks * groupCount, with: (kernels, left, right, extra, output, sizes)) { task, _, operands in
            let (kernels, left, right, extra, output, sizes) = operands
            let (width, panelCount, groupSize, groupCount, storeMode) = sizes
            let firstRow = task / groupCount * Self.productRowBlock
            let firstPanel = task % groupCount * groupSize
            let rows = min(Self.productRowBlock, left.rows - firstRow)
            let factors = (
                kernels.factor(left, firstRow, right),
                extra.map { kernels.factor($0.left, firstRow, $0.right) } ?? .init()
            )
            withUnsafeBytes(of: factors) { bytes in
                guard let pair = bytes.assumingMemoryBound(to: ds_product_factors.self).baseAddress else { return }
                kernels.pointee.product(
                    output.row(firstRow), output.columns, storeMode, rows, output.columns, Int32(width),
                    firstPanel, min(panelCount, firstPanel + groupSize), pair)
            }
        }
    }

    /// Multiplications that are not worth a second thread.
    private static let fewestSharedProducts = 32_768

    /// Rows of a task: a multiple of every tile's height, small enough for the second-level cache.
    static let productRowBlock = 96

    func multiplyPlain(_ left: Tensor, by right: PackedMatrix, accumulate: Bool, into output: Tensor) {
        guard case .plain(let transposed) = right.layout, let product else { return }
        let factor = right.storage.base.assumingMemoryBound(to: Float.self)
        forEachBlock(
            of: left.rows, by: Self.productRowBlock,
            with: (product, left, right, factor, transposed, accumulate, output)
        ) { rows, operands in
            let (product, left, right, factor, transposed, accumulate, output) = operands
            product(
                CBLASRowMajor, CBLASNoTranspose, transposed ? CBLASTranspose : CBLASNoTranspose, Int32(rows.count),
                Int32(right.columns), Int32(right.depth), 1,
                left.row(rows.lowerBound).assumingMemoryBound(to: Float.self), Int32(left.columns), factor,
                Int32(transposed ? right.depth : right.columns), accumulate ? 1 : 0,
                output.row(rows.lowerBound).assumingMemoryBound(to: Float.self), Int32(output.columns))
        }
    }

    /// gradient += scale · leftᵀ · right, added over the tokens in order: the gradient of a low-rank factor.
    ///
    /// - Parameters:
    ///   - left: narrow `[tokens, ≥ rank]`.
    ///   - right: narrow `[tokens, columns]`.
    ///   - gradient: wide `[rank, columns]`.
    public func addOuterProducts(_ left: Tensor, _ right: Tensor, scale: Double = 1, to gradient: Tensor) {
        precondition(left.element == .narrow && right.element == .narrow && gradient.element == .wide)
        precondition(left.rows == right.rows && left.columns >= gradient.rows && right.columns == gradient.columns)
        let span = begin(.outerProduct, arithmetic: 2 * left.rows * gradient.count)
        defer { span?.end() }
        forEachBlock(of: gradient.columns, by: 128, with: (kernels, left, right, scale, gradient)) {
            columns, operands in
            let (kernels, left, right, scale, gradient) = operands
            kernels.pointee.outerProductSum(
                gradient.pointer, gradient.columns, left.pointer, left.columns, gradient.rows, right.pointer,
                right.columns, left.rows, columns.lowerBound, columns.upperBound, scale)
        }
    }
}

extension UnsafePointer<ds_kernels> {
    /// A left factor from a row on, and its right factor, as the products take them.
    func factor(_ left: Tensor, _ row: Int, _ right: PackedMatrix) -> ds_product_factors {
        let multiple = Int(pointee.depthMultiple)
        let depth = (right.depth + multiple - 1) / multiple * multiple
        return ds_product_factors(
            left: left.row(row), leftStride: left.columns, panels: right.storage.base, depth: depth)
    }
}
