import CKernels

/// The shape of grouped-query attention: `headCount / keyValueHeadCount` query heads share a key head.
public struct AttentionShape: Sendable, Hashable {
    public let headCount: Int
    public let keyValueHeadCount: Int
    public let headDimension: Int
    /// What scores are multiplied by; nil for 1 / √headDimension.
    public let scale: Double?
    /// Scores become cap · tanh(score / cap).
    public let softCap: Double?
    /// The keys that a query sees at most, its own included; nil for all before it.
    public let window: Int?

    public init(
        headCount: Int, keyValueHeadCount: Int, headDimension: Int, scale: Double? = nil, softCap: Double? = nil,
        window: Int? = nil
    ) {
        precondition(keyValueHeadCount > 0 && headCount % keyValueHeadCount == 0 && headDimension > 0)
        precondition(softCap.map { $0 > 0 } ?? true && window.map { $0 > 0 } ?? true)
        self.scale = scale
        self.softCap = softCap
        self.window = window
        self.headCount = headCount
        self.keyValueHeadCount = keyValueHeadCount
        self.headDimension = headDimension
    }

    var groupSize: Int { headCount / keyValueHeadCount }
}

/// A run of queries and the keys that they may see.
public struct AttentionSegment: Sendable, Hashable {
    /// Rows of the queries.
    public let queries: Range<Int>
    /// Rows of the keys. The last query sees all of them, the one before all but the last, and so on.
    public let keys: Range<Int>

    public init(queries: Range<Int>, keys: Range<Int>) {
        precondition(keys.count >= queries.count)
        self.queries = queries
        self.keys = keys
    }

    /// Without the keys that lie before every query's window.
    fileprivate func trimmed(to window: Int?) -> AttentionSegment {
        guard let window else { return self }
        let unseen = max(0, keys.count - queries.count + 1 - window)
        return AttentionSegment(queries: queries, keys: keys.lowerBound + unseen..<keys.upperBound)
    }

    /// Tokens that see themselves and what came before them in the segment.
    public init(_ rows: Range<Int>) { self.init(queries: rows, keys: rows) }
}

/// Causal attention inside segments: softmax(cap(scale · q kᵀ)) v, where nothing sees another segment.
extension ComputeContext {
    /// - Parameters:
    ///   - queries: narrow `[tokens, headCount * headDimension]`.
    ///   - keys, values: narrow `[keys, keyValueHeadCount * headDimension]`.
    ///   - segments: in any order; the longest first let threads end together.
    ///   - output: narrow, as `queries`.
    ///   - logSums: wide `[headCount, tokens]`: log Σ exp(score), kept for the backward.
    public func attend(
        queries: Tensor, keys: Tensor, values: Tensor, segments: [AttentionSegment], shape: AttentionShape,
        into output: Tensor, logSums: Tensor
    ) {
        check(queries: queries, keys: keys, values: values, segments: segments, shape: shape)
        precondition(output.count == queries.count && logSums.rows == shape.headCount)
        precondition(logSums.columns >= queries.rows)
        let span = begin(.attention, arithmetic: Self.attentionArithmetic(segments, shape, products: 2))
        defer { span?.end() }
        let places = (
            kernels, queries.pointer, keys.pointer, values.pointer, output.pointer, LogSums(logSums)
        )
        forEachHead(segments, queries, keys, shape, backward: false, with: places) {
            segment, head, layout, scratch, places in
            let (kernels, queries, keys, values, output, logSums) = places
            var layout = layout
            kernels.pointee.attentionForward(
                output, logSums.first(of: segment, head), queries, keys, values, &layout, scratch)
        }
        withExtendedLifetime((queries, keys, values, output, logSums)) {}
    }

    /// The gradients of `attend` for segments whose queries and keys are the same rows.
    ///
    /// - Parameters: as `attend`; the gradients have the shapes of what they are of, narrow.
    public func attendBackward(
        _ outputGradient: Tensor, output: Tensor, logSums: Tensor, queries: Tensor, keys: Tensor, values: Tensor,
        segments: [AttentionSegment], shape: AttentionShape, queryGradient: Tensor, keyGradient: Tensor,
        valueGradient: Tensor, workspace: AttentionWorkspace
    ) {
        check(queries: queries, keys: keys, values: values, segments: segments, shape: shape)
        precondition(segments.allSatisfy { $0.queries == $0.keys })
        let partStride = queries.rows * shape.headDimension
        precondition(workspace.keyParts.count >= partStride * shape.headCount)
        let span = begin(.attentionBackward, arithmetic: Self.attentionArithmetic(segments, shape, products: 5))
        defer { span?.end() }
        let forward = (output.pointer, LogSums(logSums), queries.pointer, keys.pointer, values.pointer)
        let parts = (workspace.keyParts.pointer, workspace.valueParts.pointer, partStride * wideSize)
        let places = (kernels, outputGradient.pointer, forward, queryGradient.pointer, parts)
        forEachHead(segments, queries, keys, shape, backward: true, with: places) {
            segment, head, layout, scratch, places in
            let (kernels, outputGradient, forward, queryGradient, parts) = places
            let (output, logSums, queries, keys, values) = forward
            var layout = layout
            let part =
                head * parts.2 + segment.keys.lowerBound * layout.headDimension * kernels.pointee.wideSize
            kernels.pointee.attentionBackward(
                queryGradient, parts.0 + part, parts.1 + part, outputGradient, output,
                logSums.first(of: segment, head), queries, keys, values, &layout, scratch)
        }
        withExtendedLifetime((outputGradient, output, logSums, queries, keys, values, queryGradient, workspace)) {}
        // The query heads that share a key head are added in order.
        let sums = (kernels, keyGradient, valueGradient, segments, shape, workspace, partStride)
        forEachTask(shape.keyValueHeadCount * 2, with: sums) { task, _, operands in
            let (kernels, keyGradient, valueGradient, segments, shape, workspace, partStride) = operands
            let (head, dimension) = (task / 2, shape.headDimension)
            let gradient = task % 2 == 0 ? keyGradient : valueGradient
            let parts = task % 2 == 0 ? workspace.keyParts : workspace.valueParts
            for segment in segments {
                let first = segment.keys.lowerBound
                let part = (head * shape.groupSize * partStride + first * dimension) * kernels.pointee.wideSize
                kernels.pointee.sumParts(
                    gradient.row(first) + head * dimension * gradient.elementSize, gradient.columns,
                    parts.pointer + part, partStride, shape.groupSize, segment.keys.count, dimension)
            }
        }
    }

    /// Makes room for what `attend` and `attendBackward` work in, so that no segment up to a length makes it grow.
    public func reserveAttention(longest: Int, shape: AttentionShape) {
        guard !isPlanning else { return }
        let dimension = shape.headDimension
        var layout = heads(
            shape, queryStride: shape.headCount * dimension, keyStride: shape.keyValueHeadCount * dimension
        ).shape(of: AttentionSegment(0..<longest), 0)
        let size = Self.scratchBytes(kernels.pointee.attentionScratch(&layout, true))
        giveBack(borrowScratch(byteCount: size * threadCount, workers: 1))
    }

    private func check(
        queries: Tensor, keys: Tensor, values: Tensor, segments: [AttentionSegment], shape: AttentionShape
    ) {
        precondition(queries.element == .narrow && keys.element == .narrow && values.element == .narrow)
        precondition(queries.columns == shape.headCount * shape.headDimension)
        precondition(keys.columns == shape.keyValueHeadCount * shape.headDimension)
        precondition(values.count == keys.count)
        precondition(segments.allSatisfy { $0.queries.upperBound <= queries.rows && $0.keys.upperBound <= keys.rows })
    }

    /// Additions and multiplications of so many products over every pair of a query and a key that it sees.
    private static func attentionArithmetic(
        _ segments: [AttentionSegment], _ shape: AttentionShape, products: Int
    ) -> Int {
        let pairs = segments.reduce(0) { total, segment in
            let (queries, keys) = (segment.queries.count, segment.keys.count)
            return total + queries * (keys - queries) + queries * (queries + 1) / 2
        }
        return 2 * products * pairs * shape.headDimension * shape.headCount
    }

    private func heads(_ shape: AttentionShape, queryStride: Int, keyStride: Int) -> HeadLayout {
        HeadLayout(
            shape, queryStride: queryStride, keyStride: keyStride,
            scale: shape.scale ?? defaultScale(shape.headDimension))
    }

    /// 1 / √d, rounded as the kernels' own numbers are.
    private func defaultScale(_ dimension: Int) -> Double {
        wideSize == 8 ? 1 / Double(dimension).squareRoot() : Double(1 / Float(dimension).squareRoot())
    }

    /// What a worker has to itself, in whole cache lines.
    private static func scratchBytes(_ byteCount: Int) -> Int { (byteCount + 63) / 64 * 64 }

    /// A task for each segment and query head.
    ///
    /// - Parameters:
    ///   - places: pointers and numbers alone: a reference that threads take and leave at the same time costs each of them
    ///     more than its task's beginning.
    ///   - body: captures nothing.
    @inline(__always)
    private func forEachHead<Places>(
        _ segments: [AttentionSegment], _ queries: Tensor, _ keys: Tensor, _ shape: AttentionShape, backward: Bool,
        with places: Places,
        _ body: @escaping (AttentionSegment, Int, ds_attention_shape, UnsafeMutableRawPointer, Places) -> Void
    ) {
        let heads = heads(shape, queryStride: queries.columns, keyStride: keys.columns)
        var size = 0
        for segment in segments {
            var layout = heads.shape(of: segment.trimmed(to: shape.window), 0)
            size = max(size, Self.scratchBytes(kernels.pointee.attentionScratch(&layout, backward)))
        }
        let taskCount = segments.count * shape.headCount
        let scratch = borrowScratch(byteCount: size * min(threadCount, taskCount), workers: 1)
        defer { giveBack(scratch) }
        segments.withUnsafeBufferPointer { segments in
            let work = HeadWork(
                segments: segments, heads: heads, scratch: scratch[0].base, scratchBytes: size, places: places,
                body: body)
            forEachTask(taskCount, with: work) { task, worker, work in
                let head = task % work.heads.headCount
                let segment = work.segments[task / work.heads.headCount].trimmed(to: work.heads.window)
                guard !segment.queries.isEmpty else { return }
                work.body(
                    segment, head, work.heads.shape(of: segment, head), work.scratch + worker * work.scratchBytes,
                    work.places)
            }
        }
    }
}

/// What the kernels are told of a head.
private struct HeadLayout {
    let headCount: Int
    let window: Int?
    private let groupSize: Int
    private let headDimension: Int
    private let queryStride: Int
    private let keyStride: Int
    private let scale: Double
    private let softCap: Double

    init(_ shape: AttentionShape, queryStride: Int, keyStride: Int, scale: Double) {
        headCount = shape.headCount
        window = shape.window
        groupSize = shape.groupSize
        headDimension = shape.headDimension
        self.queryStride = queryStride
        self.keyStride = keyStride
        softCap = shape.softCap ?? 0
        self.scale = scale
    }

    func shape(of segment: AttentionSegment, _ head: Int) -> ds_attention_shape {
        ds_attention_shape(
            firstRow: segment.queries.lowerBound, queryCount: segment.queries.count,
            firstKeyRow: segment.keys.lowerBound, keyCount: segment.keys.count, headDimension: headDimension,
            queryStride: queryStride, keyStride: keyStride, queryColumn: head * headDimension,
            keyColumn: head / groupSize * headDimension, window: window ?? Int.max, scale: scale, softCap: softCap)
    }
}

private struct HeadWork<Places> {
    let segments: UnsafeBufferPointer<AttentionSegment>
    let heads: HeadLayout
    /// A piece for each worker.
    let scratch: UnsafeMutableRawPointer
    let scratchBytes: Int
    let places: Places
    let body: (AttentionSegment, Int, ds_attention_shape, UnsafeMutableRawPointer, Places) -> Void
}

/// Where log-sums go, `[headCount, tokens]`.
private struct LogSums {
    private let base: UnsafeMutableRawPointer
    private let columns: Int
    private let elementSize: Int

    init(_ tensor: Tensor) {
        base = tensor.pointer
        columns = tensor.columns
        elementSize = tensor.elementSize
    }

    /// The first of a segment's queries, of a head.
    func first(of segment: AttentionSegment, _ head: Int) -> UnsafeMutableRawPointer {
        base + (head * columns + segment.queries.lowerBound) * elementSize
    }
}

/// Memory that attention's backward needs for the key and value gradients of single query heads, wide
/// `[headCount, tokens * headDimension]` each; made once, used for every layer.
public struct AttentionWorkspace: Sendable {
    let keyParts: Tensor
    let valueParts: Tensor

    public init(tokens: Int, shape: AttentionShape, in context: ComputeContext) {
        let columns = tokens * shape.headDimension
        keyParts = Tensor(.wide, rows: shape.headCount, columns: columns, in: context)
        valueParts = Tensor(.wide, rows: shape.headCount, columns: columns, in: context)
    }
}
