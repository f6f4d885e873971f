import CKernels

/// A weight `[outputs, inputs]` kept in four or eight bits a value, packed for the kernels.
///
/// Products unpack a panel at a time; blocks of GGUF files keep exactly the numbers they stand for, so a product with
/// them gives the same bits as one with the weight unpacked beforehand.
final class QuantisedMatrix: Sendable {
    let outputs: Int
    let inputs: Int
    let format: ds_quantised_format
    let storage: TensorStorage
    private let codebooks: Codebooks

    private init(
        outputs: Int, inputs: Int, format: ds_quantised_format, codebooks: Codebooks, in context: ComputeContext
    ) {
        self.outputs = outputs
        self.inputs = inputs
        self.format = format
        self.codebooks = codebooks
        let strips = (outputs + Self.stripColumns - 1) / Self.stripColumns
        storage = TensorStorage(
            byteCount: strips * Self.stripBytes(format, inputs: inputs), for: .weights, plan: context.plan)
    }

    static let stripColumns = Int(DS_STRIP_COLUMNS)

    private static func stripBytes(_ format: ds_quantised_format, inputs: Int) -> Int {
        withUnsafePointer(to: format) { ds_quantised_strip_bytes($0, inputs) }
    }

    /// Packs blocks of a GGUF file.
    ///
    /// - Parameter read: fills a buffer with the blocks of some rows. Called from several threads.
    /// - Returns: nil where `blocks` is no quantised format.
    static func packing(
        _ blocks: WeightFormat, outputs: Int, inputs: Int, in context: ComputeContext,
        read: @Sendable (_ rows: Range<Int>, _ bytes: UnsafeMutableRawBufferPointer) -> Void
    ) -> QuantisedMatrix? {
        var format = ds_quantised_format()
        guard ds_find_quantised_format(Int32(blocks.rawValue), &format) else { return nil }
        precondition(inputs % blocks.valuesPerBlock == 0)
        let rowBytes = inputs / blocks.valuesPerBlock * blocks.bytesPerBlock
        // A scale that is no half-precision number, eight times another say, is rare: then all are kept in single.
        for halfScales in format.halfScales ? [true, false] : [false] {
            format.halfScales = halfScales
            let matrix = QuantisedMatrix(
                outputs: outputs, inputs: inputs, format: format, codebooks: .linear, in: context)
            let fits = matrix.packStrips(in: context) { rows, pack in
                withUnsafeTemporaryAllocation(byteCount: rows.count * rowBytes, alignment: 64) { bytes in
                    read(rows, bytes)
                    guard let base = bytes.baseAddress else { return true }
                    return rows.indices.allSatisfy { row in
                        pack(row) { format, strip, lane in
                            ds_pack_block_row(
                                Int32(blocks.rawValue), format, strip, lane, inputs,
                                base + (row - rows.lowerBound) * rowBytes)
                        }
                    }
                }
            }
            if fits { return matrix }
        }
        return nil
    }

    /// Rounds numbers to NormalFloat 4: sixteen values at a normal distribution's quantiles, one scale for 64 of them
    /// (Dettmers et al. 2023, "QLoRA").
    ///
    /// - Throws: the first error that `read` throws.
    static func normalFloat4(
        outputs: Int, inputs: Int, in context: ComputeContext,
        read: @Sendable (_ rows: Range<Int>, _ values: UnsafeMutableBufferPointer<Float>) throws -> Void
    ) throws -> QuantisedMatrix {
        let format = ds_quantised_format(bits: 4, run: inputs % 64 == 0 ? 64 : 32, halfScales: false)
        precondition(inputs % Int(format.run) == 0)
        let matrix = QuantisedMatrix(
            outputs: outputs, inputs: inputs, format: format, codebooks: .normalFloat4, in: context)
        let failure = FirstFailure()
        _ = matrix.packStrips(in: context) { rows, pack in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.count * inputs) { values in
                values.initialize(repeating: 0)
                do {
                    try read(rows, values)
                } catch {
                    failure.record(error, at: rows.lowerBound)
                    return false
                }
                guard let base = values.baseAddress else { return true }
                return rows.indices.allSatisfy { row in
                    pack(row) { format, strip, lane in
                        ds_pack_normal_float4_row(
                            format, strip, lane, inputs, base + (row - rows.lowerBound) * inputs)
                    }
                }
            }
        }
        try failure.rethrow()
        return matrix
    }

    private typealias PackRow = (UnsafePointer<ds_quantised_format>, UnsafeMutableRawPointer, Int32) -> Bool

    /// Packs the rows of each strip, over the threads; false where one did not fit the format.
    private func packStrips(
        in context: ComputeContext,
        _ packRows: (_ rows: Range<Int>, _ pack: (_ row: Int, PackRow) -> Bool) -> Bool
    ) -> Bool {
        let bytes = Self.stripBytes(format, inputs: inputs)
        guard context.plan == nil else { return true }
        let misfit = Flag()
        context.forEachBlock(of: outputs, by: Self.stripColumns) { rows in
            guard !misfit.isSet else { return }
            let strip = storage.base + rows.lowerBound / Self.stripColumns * bytes
            let fits = packRows(rows) { row, pack in
                withUnsafePointer(to: format) { pack($0, strip, Int32(row - rows.lowerBound)) }
            }
            if !fits { misfit.set() }
        }
        return !misfit.isSet
    }

    /// Lends the kernels' description of the matrix.
    func withDescription<Result>(_ body: (UnsafePointer<ds_quantised_matrix>) -> Result) -> Result {
        codebooks.withPointers { codebook, pairCodebook in
            var description = ds_quantised_matrix(
                format: format, strips: storage.base, depth: inputs, columns: outputs, isLinear: codebooks == .linear,
                codebook: codebook,
                pairCodebook: pairCodebook)
            return withUnsafePointer(to: &description, body)
        }
    }

    var byteCount: Int { storage.byteCount }
    /// Runs of inputs that share a scale.
    var runCount: Int { inputs / Int(format.run) }
}
