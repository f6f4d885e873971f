/// A weight `[outputs, inputs]` that is used and never changed, packed for both directions.
///
/// `forward` is its transpose, for y = x Wᵀ; `backward` is itself, for dx = dy W.
public final class FrozenWeight: Sendable {
    public let outputs: Int
    public let inputs: Int
    public let forward: PackedMatrix
    public let backward: PackedMatrix?

    fileprivate init(_ weight: QuantisedMatrix, in context: ComputeContext) {
        outputs = weight.outputs
        inputs = weight.inputs
        forward = PackedMatrix(weight, .forward, in: context)
        backward = PackedMatrix(weight, .backward, in: context)
    }

    /// - Parameters:
    ///   - needsBackward: whether `backward` will be asked for; it costs the weight's size again.
    ///   - read: fills a buffer with the values of some rows, `[rows.count, inputs]`. Called from several threads.
    /// - Throws: the first error that `read` throws.
    public init(
        outputs: Int, inputs: Int, needsBackward: Bool, in context: ComputeContext,
        read: @Sendable (_ rows: Range<Int>, _ values: UnsafeMutableBufferPointer<Float>) throws -> Void
    ) throws {
        self.outputs = outputs
        self.inputs = inputs
        if context.kernels.pointee.hasPanels {
            let forward = PackedMatrix(depth: inputs, columns: outputs, in: context)
            let backward = needsBackward ? PackedMatrix(depth: outputs, columns: inputs, in: context) : nil
            self.forward = forward
            self.backward = backward
            try context.readBlocks(outputs: outputs, inputs: inputs, read: read) { rows, values in
                context.packRows(rows, values: values, forward: forward, backward: backward)
            }
        } else {
            let plain = PackedMatrix(depth: outputs, columns: inputs, in: context)
            guard let transpose = PackedMatrix.transpose(of: plain) else {
                preconditionFailure("kernels without panels keep plain matrices")
            }
            forward = transpose
            backward = needsBackward ? plain : nil
            try context.readBlocks(outputs: outputs, inputs: inputs, read: read) { rows, values in
                context.packDepths(
                    plain, firstDepth: rows.lowerBound, count: rows.count, source: values, depthStride: inputs,
                    columnStride: 1, scale: 1)
            }
        }
    }
}

extension FrozenWeight {
    /// A weight kept in the blocks of a GGUF file, for both directions in the memory of one.
    ///
    /// The numbers are exactly those that the blocks stand for.
    /// - Parameter readBlocks: fills a buffer with the blocks of some rows. Called from several threads.
    /// - Returns: nil where `format` is not quantised.
    public convenience init?(
        outputs: Int, inputs: Int, keeping format: WeightFormat, in context: ComputeContext,
        readBlocks: @Sendable (_ rows: Range<Int>, _ bytes: UnsafeMutableRawBufferPointer) -> Void
    ) {
        guard
            let weight = QuantisedMatrix.packing(
                format, outputs: outputs, inputs: inputs, in: context, read: readBlocks)
        else { return nil }
        self.init(weight, in: context)
    }

    /// A weight rounded to NormalFloat 4.
    ///
    /// - Parameter read: as of the plain weight's initialiser; `inputs` is a multiple of 32.
    public convenience init(
        normalFloat4Outputs outputs: Int, inputs: Int, in context: ComputeContext,
        read: @Sendable (_ rows: Range<Int>, _ values: UnsafeMutableBufferPointer<Float>) throws -> Void
    ) throws {
        self.init(
            try QuantisedMatrix.normalFloat4(outputs: outputs, inputs: inputs, in: context, read: read), in: context)
    }
}

extension ComputeContext {
    /// Reads a matrix some rows at a time, over the threads, and hands on the values as wide numbers.
    fileprivate func readBlocks(
        outputs: Int, inputs: Int,
        read: @Sendable (Range<Int>, UnsafeMutableBufferPointer<Float>) throws -> Void,
        store: (Range<Int>, UnsafeRawPointer) -> Void
    ) throws {
        guard plan == nil else { return }
        // A forward panel is this many rows wide, so that tasks never write one panel together.
        let block = 64
        let failure = FirstFailure()
        forEachBlock(of: outputs, by: block) { rows in
            guard !failure.happened else { return }
            let floats = UnsafeMutableBufferPointer<Float>.allocate(capacity: rows.count * inputs)
            defer { floats.deallocate() }
            floats.initialize(repeating: 0)
            do {
                try read(rows, floats)
            } catch {
                failure.record(error, at: rows.lowerBound)
                return
            }
            if wideSize == 8 {
                let doubles = floats.map { Double($0) }
                doubles.withUnsafeBytes { if let base = $0.baseAddress { store(rows, base) } }
            } else if let base = floats.baseAddress {
                store(rows, base)
            }
        }
        try failure.rethrow()
    }

    fileprivate func packRows(
        _ rows: Range<Int>, values: UnsafeRawPointer, forward: PackedMatrix, backward: PackedMatrix?
    ) {
        guard case .panels(let width) = forward.layout else { return }
        let inputs = forward.depth
        // The rows are some columns of the forward factor: whole panels of it, so packed as a factor of their own.
        let multiple = Int(kernels.pointee.depthMultiple)
        let paddedDepth = (inputs + multiple - 1) / multiple * multiple
        let panel = forward.storage.base + rows.lowerBound * paddedDepth * narrowSize
        kernels.pointee.packPanels(panel, Int32(width), values, inputs, rows.count, 0, inputs, 1, inputs, 1)
        if let backward {
            packDepths(
                backward, firstDepth: rows.lowerBound, count: rows.count, source: values, depthStride: inputs,
                columnStride: 1, scale: 1)
        }
    }
}
