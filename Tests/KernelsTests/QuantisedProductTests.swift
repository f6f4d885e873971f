import Testing

@testable import Kernels

@Suite struct QuantisedProductTests {
    static let formats = WeightFormat.allCases.filter { $0.valuesPerBlock > 1 }

    /// Blocks with codes of every kind and scales of a sensible size.
    static func blocks(_ format: WeightFormat, count: Int, random: inout SeededGenerator) -> [UInt8] {
        var bytes = (0..<count * format.bytesPerBlock).map { _ in UInt8.random(in: 0...255, using: &random) }
        let halves: [Int] =
            switch format {
            case .q4_0, .q5_0, .q8_0: [0]
            case .q4_1, .q5_1, .q4_K, .q5_K: [0, 2]
            case .q6_K: [208]
            default: []
            }
        for block in 0..<count {
            for place in halves {
                // 2^-9 to 2^-5, of either sign.
                let exponent = UInt16.random(in: 6...10, using: &random)
                let half =
                    UInt16.random(in: 0...1, using: &random) << 15 | exponent << 10
                    | UInt16.random(in: 0..<1024, using: &random)
                bytes[block * format.bytesPerBlock + place] = UInt8(half & 255)
                bytes[block * format.bytesPerBlock + place + 1] = UInt8(half >> 8)
            }
        }
        return bytes
    }

    struct Weights {
        let kept: FrozenWeight
        let plain: FrozenWeight

        init(_ format: WeightFormat, outputs: Int, inputs: Int, bytes: [UInt8], in context: ComputeContext) throws {
            let rowBytes = inputs / format.valuesPerBlock * format.bytesPerBlock
            kept = try #require(
                FrozenWeight(outputs: outputs, inputs: inputs, keeping: format, in: context) { rows, buffer in
                    buffer.copyBytes(from: bytes[rows.lowerBound * rowBytes..<rows.upperBound * rowBytes])
                })
            let values = format.widened(bytes)
            plain = try FrozenWeight(outputs: outputs, inputs: inputs, needsBackward: true, in: context) { rows, to in
                for index in 0..<rows.count * inputs { to[index] = values[rows.lowerBound * inputs + index] }
            }
        }
    }

    @Test(arguments: contexts, formats)
    func keptBlocksGiveTheSameBitsAsUnpackedOnes(context: ComputeContext, format: WeightFormat) throws {
        // Few outputs or inputs are laid out in slim panels.
        let smallest = max(32, format.valuesPerBlock)
        // Several panels at a time, several blocks of depths, rows beyond a block's; few of each.
        let sizes = [
            (203, 150, 512), (101, 40, 2304), (40, 32, smallest), (20, 16, smallest), (20, 5, smallest),
        ]
        for (rows, outputs, inputs) in sizes {
            try compare(context, format, rows: rows, outputs: outputs, inputs: inputs)
        }
    }

    func compare(_ context: ComputeContext, _ format: WeightFormat, rows: Int, outputs: Int, inputs: Int) throws {
        var random = SeededGenerator(UInt64(format.rawValue) + 1)
        let bytes = Self.blocks(format, count: outputs * inputs / format.valuesPerBlock, random: &random)
        let weights = try Weights(format, outputs: outputs, inputs: inputs, bytes: bytes, in: context)
        let x = context.tensor(.narrow, rows, inputs, random.values(rows * inputs))
        let inner = context.tensor(.narrow, rows, 16, random.values(rows * 16))
        let up = context.packed(context.tensor(.wide, 16, outputs, random.values(16 * outputs)))
        // A BLAS may sum in another order where a factor has fewer columns.
        let tolerance = context.product == nil ? 0 : 1e-4 * (format.widened(bytes).map { Double(abs($0)) }.max() ?? 1)
        for element in [Tensor.Element.narrow, .wide] {
            let kept = Tensor(element, rows: rows, columns: outputs, in: context)
            let plain = Tensor(element, rows: rows, columns: outputs, in: context)
            context.multiply(x, by: weights.kept.forward, adding: (inner, up), into: kept)
            context.multiply(x, by: weights.plain.forward, adding: (inner, up), into: plain)
            expectClose(kept.doubles(), plain.doubles(), tolerance)
        }
        let dy = context.tensor(.narrow, rows, outputs, random.values(rows * outputs))
        let kept = Tensor(.wide, rows: rows, columns: inputs, in: context)
        let plain = Tensor(.wide, rows: rows, columns: inputs, in: context)
        for mode in [ComputeContext.ProductMode.store, .accumulate] {
            context.multiply(dy, by: try #require(weights.kept.backward), into: kept, mode: mode)
            context.multiply(dy, by: try #require(weights.plain.backward), into: plain, mode: mode)
        }
        expectClose(kept.doubles(), plain.doubles(), tolerance)
    }

    @Test(arguments: fewRowsContexts, formats)
    func fewRowsAgreeWithMany(context: ComputeContext, format: WeightFormat) throws {
        var random = SeededGenerator(UInt64(format.rawValue) + 7)
        let (outputs, inputs) = (83, 768)
        let bytes = Self.blocks(format, count: outputs * inputs / format.valuesPerBlock, random: &random)
        let weights = try Weights(format, outputs: outputs, inputs: inputs, bytes: bytes, in: context)
        let exact = format.widened(bytes).map { Double($0) }
        for rows in 1...9 {
            let x = context.tensor(.narrow, rows, inputs, random.values(rows * inputs))
            let inner = context.tensor(.narrow, rows, 16, random.values(rows * 16))
            let upValues = context.tensor(.wide, 16, outputs, random.values(16 * outputs))
            let y = Tensor(.wide, rows: rows, columns: outputs, in: context)
            context.multiply(x, by: weights.kept.forward, adding: (inner, context.packed(upValues)), into: y)
            let (xs, inners, ups) = (x.doubles(), inner.doubles(), upValues.doubles())
            let expected = (0..<rows * outputs).map { index -> Double in
                let (row, output) = (index / outputs, index % outputs)
                let base = (0..<inputs).reduce(0.0) { $0 + xs[row * inputs + $1] * exact[output * inputs + $1] }
                return (0..<16).reduce(base) { $0 + inners[row * 16 + $1] * ups[$1 * outputs + output] }
            }
            let size = exact.map(abs).max() ?? 1
            expectClose(y.doubles(), expected, context.tolerance * size * 20)
        }
    }

    @Test(arguments: contexts)
    func scalesBeyondHalfPrecisionAreKept(context: ComputeContext) throws {
        // Sixteen: eight times this scale is no half-precision number.
        let block: [UInt8] = [0xFF, 0x7B] + (0..<16).map { UInt8($0 | (15 - $0) << 4) }
        let weights = try Weights(.q4_0, outputs: 1, inputs: 32, bytes: block, in: context)
        let x = context.tensor(.narrow, 20, 32, [Double](repeating: 1, count: 640))
        let kept = Tensor(.wide, rows: 20, columns: 1, in: context)
        let plain = Tensor(.wide, rows: 20, columns: 1, in: context)
        context.multiply(x, by: weights.kept.forward, into: kept)
        context.multiply(x, by: weights.plain.forward, into: plain)
        expectClose(kept.doubles(), plain.doubles(), context.product == nil ? 0 : 1e-5)
        #expect(abs(kept.doubles()[0]) > 65504)
    }

    @Test(arguments: contexts, [32, 96, 256])
    func normalFloat4IsTheNearestOfItsValues(context: ComputeContext, inputs: Int) throws {
        var random = SeededGenerator(UInt64(inputs))
        let outputs = 40
        let values = random.values(outputs * inputs).map { Float($0) }
        let weight = try FrozenWeight(normalFloat4Outputs: outputs, inputs: inputs, in: context) { rows, to in
            for index in 0..<rows.count * inputs { to[index] = values[rows.lowerBound * inputs + index] }
        }
        let codebook: [Double] = [
            -1, -0.6961928, -0.52507305, -0.3949175, -0.28444138, -0.18477343, -0.09105004, 0, 0.0795803, 0.1609302,
            0.2461123, 0.33791524, 0.44070983, 0.562617, 0.72295684, 1,
        ]
        let run = inputs % 64 == 0 ? 64 : 32
        var expected = [Double](repeating: 0, count: values.count)
        for first in stride(from: 0, to: values.count, by: run) {
            let scale = values[first..<first + run].map { Double(abs($0)) }.max() ?? 0
            for index in first..<first + run {
                let x = Double(values[index]) / scale
                expected[index] = (codebook.min { abs($0 - x) < abs($1 - x) } ?? 0) * scale
            }
        }
        // Rows of the identity read the weight's columns back, through the panels and code by code.
        for rows in [inputs, 1] {
            let identity = (0..<rows * inputs).map { $0 / inputs == $0 % inputs ? 1.0 : 0.0 }
            let y = Tensor(.wide, rows: rows, columns: outputs, in: context)
            context.multiply(context.tensor(.narrow, rows, inputs, identity), by: weight.forward, into: y)
            let transposed = (0..<rows * outputs).map { expected[$0 % outputs * inputs + $0 / outputs] }
            expectClose(y.doubles(), transposed, context.precision == .bfloat16 ? 5e-3 : 1e-6)
        }
    }

    @Test(arguments: fewRowsContexts, 1...5)
    func fewRowsLookUpNormalFloat4(context: ComputeContext, rows: Int) throws {
        var random = SeededGenerator(UInt64(rows))
        let (outputs, inputs) = (40, 192)
        let values = random.values(outputs * inputs).map { Float($0) }
        let weight = try FrozenWeight(normalFloat4Outputs: outputs, inputs: inputs, in: context) { rows, to in
            for index in 0..<rows.count * inputs { to[index] = values[rows.lowerBound * inputs + index] }
        }
        // Rows of the identity are many, so that the weight is unpacked.
        let identity = (0..<inputs * inputs).map { $0 / inputs == $0 % inputs ? 1.0 : 0.0 }
        let unpacked = Tensor(.wide, rows: inputs, columns: outputs, in: context)
        context.multiply(context.tensor(.narrow, inputs, inputs, identity), by: weight.forward, into: unpacked)
        let x = context.tensor(.narrow, rows, inputs, random.values(rows * inputs))
        let y = Tensor(.wide, rows: rows, columns: outputs, in: context)
        context.multiply(x, by: weight.forward, into: y)
        let (xs, numbers) = (x.doubles(), unpacked.doubles())
        let expected = (0..<rows * outputs).map { index in
            (0..<inputs).reduce(0.0) {
                $0 + xs[index / outputs * inputs + $1] * numbers[$1 * outputs + index % outputs]
            }
        }
        expectClose(y.doubles(), expected, context.tolerance * 20)
    }
}
