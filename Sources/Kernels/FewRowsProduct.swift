import CKernels

/// Products of few rows, as one token at a time has them, with quantised factors: the codes are used as they are.
extension ComputeContext {
    /// One of several products that have their left factor in common.
    public struct Product {
        let right: PackedMatrix
        let extra: (left: Tensor, right: PackedMatrix)?
        let output: Tensor

        /// - Parameters: as of `multiply(_:by:adding:into:mode:)`.
        public init(
            by right: PackedMatrix, adding extra: (left: Tensor, right: PackedMatrix)? = nil, into output: Tensor
        ) {
            self.right = right
            self.extra = extra
            self.output = output
        }
    }

    /// Stores two or three products of `left`: the same bits as one after another.
    ///
    /// Those of few rows are done in one go, for each of them takes about as long as threads do to meet.
    public func multiply(_ left: Tensor, _ first: Product, _ second: Product, _ third: Product? = nil) {
        guard let parts = fewRowsParts(left, first, second, third) else {
            multiply(left, by: first.right, adding: first.extra, into: first.output)
            multiply(left, by: second.right, adding: second.extra, into: second.output)
            if let third { multiply(left, by: third.right, adding: third.extra, into: third.output) }
            return
        }
        let span = begin(
            .product,
            arithmetic: arithmetic(left, first) + arithmetic(left, second) + (third.map { arithmetic(left, $0) } ?? 0))
        defer { span?.end() }
        multiplyFewRows(left, parts)
    }

    private func arithmetic(_ left: Tensor, _ product: Product) -> Int {
        2 * left.rows * (product.right.depth + (product.extra?.right.depth ?? 0)) * product.right.columns
    }

    /// A product that is a part of what is done in one go.
    struct FewRowsPart {
        let weight: QuantisedMatrix
        let extra: (left: Tensor, right: PackedMatrix)?
        let output: Tensor
        let mode: ds_store_mode
    }

    typealias FewRowsParts = (first: FewRowsPart, second: FewRowsPart?, third: FewRowsPart?)

    /// Nil where one of them is to be done as products of many rows are.
    private func fewRowsParts(
        _ left: Tensor, _ first: Product, _ second: Product, _ third: Product?
    ) -> FewRowsParts? {
        // A BLAS takes no part of a product.
        guard kernels.pointee.hasPanels, left.rows > 0, let firstPart = fewRowsPart(left, first),
            let secondPart = fewRowsPart(left, second)
        else { return nil }
        guard let third else { return (firstPart, secondPart, nil) }
        return fewRowsPart(left, third).map { (firstPart, secondPart, $0) }
    }

    private func fewRowsPart(_ left: Tensor, _ product: Product) -> FewRowsPart? {
        check(left, by: product.right, adding: product.extra, into: product.output)
        guard let weight = fewRowsWeight(left, product.right) else { return nil }
        return FewRowsPart(
            weight: weight, extra: product.extra, output: product.output, mode: storeMode(product.output, .store))
    }

    /// Rows up to which the codes are used without being unpacked.
    private static let fewRows = 8

    /// The factor of a product that is for `multiplyFewRows`; nil where it is not.
    func fewRowsWeight(_ left: Tensor, _ right: PackedMatrix) -> QuantisedMatrix? {
        guard left.rows <= Self.fewRows, kernels.pointee.fewRowsProduct != nil,
            case .quantised(let weight, .forward, let width) = right.layout,
            width == kernels.pointee.widePanelColumns
        else { return nil }
        return weight
    }

    /// A task has at least so many bytes of codes: at its first the processor has yet to see what comes next.
    private static let fewestTaskBytes = 256 << 10

    func multiplyFewRows(_ left: Tensor, _ parts: FewRowsParts) {
        guard let exact = kernels.pointee.fewRowsProduct else { return }
        let product = roundsFewRows ? kernels.pointee.fewRowsRounded ?? exact : exact
        let panels = PanelRanges(parts, width: Int(kernels.pointee.widePanelColumns))
        let weights = (parts.first.weight, parts.second?.weight, parts.third?.weight)
        let byteCount = weights.0.byteCount + (weights.1?.byteCount ?? 0) + (weights.2?.byteCount ?? 0)
        let groups = min(panels.count, max(threadCount, min(4 * threadCount, byteCount / Self.fewestTaskBytes)))
        let groupSize = (panels.count + groups - 1) / groups
        // Four rows of single-precision numbers, one for each input and one for each run; whole cache lines of them.
        func numbers(_ weight: QuantisedMatrix?) -> Int { weight.map { $0.inputs + $0.runCount } ?? 0 }
        let scratchBytes =
            (4 * 4 * max(numbers(weights.0), numbers(weights.1), numbers(weights.2)) + 63) / 64 * 64
        let scratch = borrowScratch(byteCount: scratchBytes * min(threadCount, groups), workers: 1)
        defer { giveBack(scratch) }
        withTarget(parts.first) { first in
            withTarget(parts.second) { second in
                withTarget(parts.third) { third in
                    let work = FewRowsWork(
                        product: product, left: left.pointer, leftColumns: left.columns,
                        leftRowBytes: left.columns * left.elementSize, rows: left.rows,
                        first: first, second: second, third: third, panels: panels, groupSize: groupSize,
                        scratch: scratch[0].base, scratchBytes: scratchBytes)
                    forEachTask((panels.count + groupSize - 1) / groupSize, with: work) { task, worker, work in
                        work.run(task, worker)
                    }
                }
            }
        }
        withExtendedLifetime((left, parts)) {}
    }

    /// Lends what tasks need of a part, while the part is held.
    private func withTarget(_ part: FewRowsPart?, _ body: (FewRowsTarget?) -> Void) {
        guard let part else { return body(nil) }
        part.weight.withDescription { description in
            var extra = ds_product_factors()
            if let share = part.extra { extra = kernels.factor(share.left, 0, share.right) }
            body(
                FewRowsTarget(
                    matrix: description, output: part.output.pointer, columns: part.output.columns,
                    rowBytes: part.output.columns * part.output.elementSize, mode: part.mode, extra: extra,
                    extraRowBytes: part.extra.map { $0.left.columns * $0.left.elementSize } ?? 0))
        }
    }
}

/// Panels of all parts one after another, some for each task.
private struct PanelRanges {
    let first: Int
    let second: Int
    let third: Int

    init(_ parts: ComputeContext.FewRowsParts, width: Int) {
        func count(_ part: ComputeContext.FewRowsPart?) -> Int {
            part.map { ($0.weight.outputs + width - 1) / width } ?? 0
        }
        first = count(parts.first)
        second = count(parts.second)
        third = count(parts.third)
    }

    var count: Int { first + second + third }
}

/// Where a part's product goes and what it is of. Pointers alone: a reference that threads take and leave at the same time
/// costs each of them more than its task's beginning.
private struct FewRowsTarget {
    let matrix: UnsafePointer<ds_quantised_matrix>
    let output: UnsafeMutableRawPointer
    let columns: Int
    let rowBytes: Int
    let mode: ds_store_mode
    /// From the first row on.
    let extra: ds_product_factors
    let extraRowBytes: Int
}

/// What threads do of products of few rows.
private struct FewRowsWork {
    let product:
        @convention(c) (
            UnsafeMutableRawPointer, Int, ds_store_mode, Int, Int, Int, Int, UnsafePointer<ds_quantised_matrix>,
            UnsafeRawPointer, Int, UnsafeMutablePointer<Float>, UnsafePointer<ds_product_factors>
        ) -> Void
    let left: UnsafeMutableRawPointer
    let leftColumns: Int
    let leftRowBytes: Int
    let rows: Int
    let first: FewRowsTarget?
    let second: FewRowsTarget?
    let third: FewRowsTarget?
    let panels: PanelRanges
    let groupSize: Int
    /// A piece for each worker.
    let scratch: UnsafeMutableRawPointer
    let scratchBytes: Int

    func run(_ task: Int, _ worker: Int) {
        let range = task * groupSize..<min(panels.count, (task + 1) * groupSize)
        run(first, range.clamped(to: 0..<panels.first), from: 0, worker)
        run(second, range.clamped(to: panels.first..<panels.first + panels.second), from: panels.first, worker)
        let start = panels.first + panels.second
        run(third, range.clamped(to: start..<panels.count), from: start, worker)
    }

    /// - Parameter start: the number of the target's first panel.
    private func run(_ target: FewRowsTarget?, _ panels: Range<Int>, from start: Int, _ worker: Int) {
        guard let target, !panels.isEmpty else { return }
        let scratch = (scratch + worker * scratchBytes).assumingMemoryBound(to: Float.self)
        // As many as the kernel takes at once.
        for row in stride(from: 0, to: rows, by: 4) {
            var extra = target.extra
            extra.left = extra.left.map { $0 + row * target.extraRowBytes }
            product(
                target.output + row * target.rowBytes, target.columns, target.mode, min(4, rows - row), target.columns,
                panels.lowerBound - start, panels.upperBound - start, target.matrix, left + row * leftRowBytes,
                leftColumns, scratch, &extra)
        }
    }
}
