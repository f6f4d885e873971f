import CBLAS
import CKernels

extension ComputeContext {
    /// output = left · right for a quantised right factor.
    ///
    /// Many rows: a task unpacks a panel and takes all rows through it while it is in the cache. Few rows, as one
    /// token at a time has them: the codes are used as they are.
    func multiplyQuantised(
        _ left: Tensor, by right: PackedMatrix, weight: QuantisedMatrix, _ direction: PackedMatrix.Direction,
        width: Int, adding extra: (left: Tensor, right: PackedMatrix)?, into output: Tensor, mode: ProductMode
    ) {
        if let weight = fewRowsWeight(left, right) {
            // A BLAS's factors are no panels.
            let isPlain = !kernels.pointee.hasPanels
            let part = FewRowsPart(
                weight: weight, extra: isPlain ? nil : extra, output: output, mode: storeMode(output, mode))
            multiplyFewRows(left, (part, nil, nil))
            if isPlain, let extra { multiplyPlain(extra.left, by: extra.right, accumulate: true, into: output) }
            return
        }
        guard kernels.pointee.hasPanels else {
            multiplyPlainQuantised(left, by: right, weight, direction, width: width, into: output, mode: mode)
            if let extra { multiplyPlain(extra.left, by: extra.right, accumulate: true, into: output) }
            return
        }
        let storeMode = storeMode(output, mode)
        let multiple = Int(kernels.pointee.depthMultiple)
        let depth = (right.depth + multiple - 1) / multiple * multiple
        // A narrow output cannot hold partial sums. Otherwise blocks are as the kernels take them of any panel.
        let block = storeMode == DS_STORE_NARROW ? depth : min(depth, Self.depthBlock)
        let sizes = (width, depth, block, storeMode)
        forEachPanel(
            of: right.columns, width: width, rows: left.rows, scratchBytes: block * width * narrowSize,
            with: (self, left, weight, direction, extra, output, sizes)
        ) { panel, rows, scratch, operands in
            let (context, left, weight, direction, extra, output, sizes) = operands
            let (width, depth, block, storeMode) = sizes
            for first in stride(from: 0, to: depth, by: block) {
                let count = min(block, depth - first)
                context.unpack(
                    weight, direction, into: scratch, width: width, panel: panel, depths: first..<first + count)
                context.multiplyPanel(
                    left[rows: rows], depths: first..<first + count, scratch: scratch, width: width, panel: panel,
                    adding: first + count == depth ? extra.map { ($0.left[rows: rows], $0.right) } : nil,
                    into: output[rows: rows],
                    first > 0 ? DS_ACCUMULATE_WIDE : storeMode)
            }
        }
    }

    /// As in kernels_products.inc, so that sums are cut at the same depths.
    private static let depthBlock = 1536

    private func unpack(
        _ weight: QuantisedMatrix, _ direction: PackedMatrix.Direction, into panel: TensorStorage, width: Int,
        panel index: Int, depths: Range<Int>
    ) {
        let unpack = direction == .forward ? kernels.pointee.unpackForward : kernels.pointee.unpackBackward
        weight.withDescription {
            unpack(panel.base, Int32(width), $0, index, depths.lowerBound, depths.count)
        }
    }

    /// One panel's columns of a product, from an unpacked block of its depths.
    private func multiplyPanel(
        _ left: Tensor, depths: Range<Int>, scratch: TensorStorage, width: Int, panel: Int,
        adding extra: (left: Tensor, right: PackedMatrix)?, into output: Tensor, _ mode: ds_store_mode
    ) {
        // The kernel counts panels from the factor's first.
        let base = UnsafeRawPointer(scratch.base - panel * depths.count * width * narrowSize)
        for first in stride(from: 0, to: left.rows, by: Self.productRowBlock) {
            let factors = (
                ds_product_factors(
                    left: left.row(first) + depths.lowerBound * narrowSize, leftStride: left.columns, panels: base,
                    depth: depths.count),
                extra.map { kernels.factor($0.left, first, $0.right) } ?? .init()
            )
            withUnsafeBytes(of: factors) { bytes in
                guard let pair = bytes.assumingMemoryBound(to: ds_product_factors.self).baseAddress else { return }
                kernels.pointee.product(
                    output.row(first), output.columns, mode, min(Self.productRowBlock, left.rows - first),
                    output.columns, Int32(width), panel, panel + 1, pair)
            }
        }
    }

    /// A task for each panel; panels beyond a whole number for each thread are shared by rows, so that threads end
    /// together. Rows are independent, so how they are shared changes no bits.
    ///
    /// - Parameter body: captures nothing.
    @inline(__always)
    private func forEachPanel<Operands>(
        of columns: Int, width: Int, rows: Int, scratchBytes: Int, with operands: Operands,
        _ body: @escaping (_ panel: Int, _ rows: Range<Int>, _ scratch: TensorStorage, _ operands: Operands) -> Void
    ) {
        let panels = (columns + width - 1) / width
        let whole = panels / threadCount * threadCount
        let parts = max(1, min(threadCount, rows / Self.fewestSharedRows))
        let rowsOfPart = ((rows + parts - 1) / parts + Self.tileRows - 1) / Self.tileRows * Self.tileRows
        let taskCount = whole + (panels - whole) * parts
        let scratch = borrowScratch(byteCount: scratchBytes, workers: min(threadCount, taskCount))
        defer { giveBack(scratch) }
        let sizes = (rows, whole, parts, rowsOfPart)
        let work = PanelWork(sizes: sizes, scratch: scratch, operands: operands, body: body)
        forEachTask(taskCount, with: work) { task, worker, work in
            let (rows, whole, parts, rowsOfPart) = work.sizes
            guard task >= whole else { return work.body(task, 0..<rows, work.scratch[worker], work.operands) }
            let (panel, part) = (task - whole).quotientAndRemainder(dividingBy: parts)
            let first = min(rows, part * rowsOfPart)
            let rowsOfTask = first..<min(rows, first + rowsOfPart)
            work.body(whole + panel, rowsOfTask, work.scratch[worker], work.operands)
        }
    }

    private struct PanelWork<Operands> {
        let sizes: (rows: Int, whole: Int, parts: Int, rowsOfPart: Int)
        let scratch: WorkerScratch
        let operands: Operands
        let body: (_ panel: Int, _ rows: Range<Int>, _ scratch: TensorStorage, _ operands: Operands) -> Void
    }

    /// Fewer rows are not worth unpacking a panel once more.
    private static let fewestSharedRows = 48
    /// Rows that a tile of the kernels takes at once.
    private static let tileRows = 6

    /// With a BLAS: a panel unpacked to plain rows is a factor of its own.
    private func multiplyPlainQuantised(
        _ left: Tensor, by right: PackedMatrix, _ weight: QuantisedMatrix, _ direction: PackedMatrix.Direction,
        width: Int, into output: Tensor, mode: ProductMode
    ) {
        guard let product else { return }
        forEachPanel(
            of: right.columns, width: width, rows: left.rows, scratchBytes: right.depth * width * wideSize,
            with: (self, product, left, right, weight, direction, width, output, mode)
        ) { panel, rows, scratch, operands in
            let (context, product, left, right, weight, direction, width, output, mode) = operands
            context.unpack(weight, direction, into: scratch, width: width, panel: panel, depths: 0..<right.depth)
            product(
                CBLASRowMajor, CBLASNoTranspose, CBLASNoTranspose, Int32(rows.count),
                Int32(min(width, right.columns - panel * width)), Int32(right.depth), 1,
                left.row(rows.lowerBound).assumingMemoryBound(to: Float.self), Int32(left.columns),
                scratch.base.assumingMemoryBound(to: Float.self), Int32(width), mode == .accumulate ? 1 : 0,
                output.row(rows.lowerBound).assumingMemoryBound(to: Float.self) + panel * width,
                Int32(output.columns))
        }
    }
}
