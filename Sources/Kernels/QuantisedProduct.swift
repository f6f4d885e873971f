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
        let panelBytes = block * width * narrowSize
        let tasks = PanelTasks(
            panels: (right.columns + width - 1) / width, rows: left.rows, threads: threadCount,
            groupSize: left.rows > Self.productRowBlock ? max(1, Self.groupBytes / panelBytes) : 1)
        let sizes = (width, depth, block, storeMode)
        forEachPanels(
            tasks, panelBytes: panelBytes, with: (self, left, weight, direction, extra, output, sizes)
        ) { panels, rows, scratch, operands in
            let (context, left, weight, direction, extra, output, sizes) = operands
            let (width, depth, block, storeMode) = sizes
            for first in stride(from: 0, to: depth, by: block) {
                let depths = first..<min(depth, first + block)
                context.unpack(weight, direction, into: scratch, width: width, panels: panels, depths: depths)
                context.multiplyPanels(
                    left[rows: rows], depths: depths, scratch: scratch, width: width, panels: panels,
                    adding: depths.upperBound == depth ? extra.map { ($0.left[rows: rows], $0.right) } : nil,
                    into: output[rows: rows], first > 0 ? DS_ACCUMULATE_WIDE : storeMode)
            }
        }
    }

    /// Panels that are unpacked together stay in the second-level cache with a block of rows, whose numbers come from
    /// memory: so those come once for each group.
    private static let groupBytes = 200 << 10
    /// Such a block, for more than one panel.
    private static let rowBlockBytes = 160 << 10

    /// As in kernels_products.inc, so that sums are cut at the same depths.
    private static let depthBlock = 1536

    private func unpack(
        _ weight: QuantisedMatrix, _ direction: PackedMatrix.Direction, into scratch: TensorStorage, width: Int,
        panels: Range<Int>, depths: Range<Int>
    ) {
        let unpack = direction == .forward ? kernels.pointee.unpackForward : kernels.pointee.unpackBackward
        let panelBytes = depths.count * width * narrowSize
        weight.withDescription {
            for panel in panels {
                let place = scratch.base + (panel - panels.lowerBound) * panelBytes
                unpack(place, Int32(width), $0, panel, depths.lowerBound, depths.count)
            }
        }
    }

    /// Some panels' columns of a product, from an unpacked block of their depths.
    private func multiplyPanels(
        _ left: Tensor, depths: Range<Int>, scratch: TensorStorage, width: Int, panels: Range<Int>,
        adding extra: (left: Tensor, right: PackedMatrix)?, into output: Tensor, _ mode: ds_store_mode
    ) {
        // The kernel counts panels from the factor's first.
        let base = UnsafeRawPointer(scratch.base - panels.lowerBound * depths.count * width * narrowSize)
        let rowBlock =
            panels.count == 1
            ? Self.productRowBlock
            : max(1, Self.rowBlockBytes / (depths.count * narrowSize) / PanelTasks.tileRows) * PanelTasks.tileRows
        for first in stride(from: 0, to: left.rows, by: rowBlock) {
            let factors = (
                ds_product_factors(
                    left: left.row(first) + depths.lowerBound * narrowSize, leftStride: left.columns, panels: base,
                    depth: depths.count),
                extra.map { kernels.factor($0.left, first, $0.right) } ?? .init()
            )
            withUnsafeBytes(of: factors) { bytes in
                guard let pair = bytes.assumingMemoryBound(to: ds_product_factors.self).baseAddress else { return }
                kernels.pointee.product(
                    output.row(first), output.columns, mode, min(rowBlock, left.rows - first), output.columns,
                    Int32(width), panels.lowerBound, panels.upperBound, pair)
            }
        }
    }

    /// - Parameter body: captures nothing.
    @inline(__always)
    private func forEachPanels<Operands>(
        _ tasks: PanelTasks, panelBytes: Int, with operands: Operands,
        _ body:
            @escaping (
                _ panels: Range<Int>, _ rows: Range<Int>, _ scratch: TensorStorage, _ operands: Operands
            ) -> Void
    ) {
        let scratch = borrowScratch(
            byteCount: panelBytes * tasks.mostPanels, workers: min(threadCount, tasks.count))
        defer { giveBack(scratch) }
        let work = PanelWork(tasks: tasks, scratch: scratch, operands: operands, body: body)
        forEachTask(tasks.count, with: work) { task, worker, work in
            let (panels, rows) = work.tasks[task]
            work.body(panels, rows, work.scratch[worker], work.operands)
        }
    }

    private struct PanelWork<Operands> {
        let tasks: PanelTasks
        let scratch: WorkerScratch
        let operands: Operands
        let body: (_ panels: Range<Int>, _ rows: Range<Int>, _ scratch: TensorStorage, _ operands: Operands) -> Void
    }

    /// With a BLAS: a panel unpacked to plain rows is a factor of its own.
    private func multiplyPlainQuantised(
        _ left: Tensor, by right: PackedMatrix, _ weight: QuantisedMatrix, _ direction: PackedMatrix.Direction,
        width: Int, into output: Tensor, mode: ProductMode
    ) {
        guard let product else { return }
        let tasks = PanelTasks(
            panels: (right.columns + width - 1) / width, rows: left.rows, threads: threadCount, groupSize: 1)
        forEachPanels(
            tasks, panelBytes: right.depth * width * wideSize,
            with: (self, product, left, right, weight, direction, width, output, mode)
        ) { panels, rows, scratch, operands in
            let (context, product, left, right, weight, direction, width, output, mode) = operands
            let panel = panels.lowerBound
            context.unpack(weight, direction, into: scratch, width: width, panels: panels, depths: 0..<right.depth)
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
