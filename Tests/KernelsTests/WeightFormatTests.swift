import Testing

@testable import Kernels

@Suite struct WeightFormatTests {
    struct Layout: CustomTestStringConvertible {
        let format: WeightFormat, number: Int, values: Int, bytes: Int
        /// Where a block has its half-precision scales.
        let halves: [Int]
        var testDescription: String { "\(format)" }
    }
    static let layouts: [Layout] = [
        .init(format: .float32, number: 0, values: 1, bytes: 4, halves: []),
        .init(format: .float16, number: 1, values: 1, bytes: 2, halves: [0]),
        .init(format: .bfloat16, number: 30, values: 1, bytes: 2, halves: []),
        .init(format: .q4_0, number: 2, values: 32, bytes: 18, halves: [0]),
        .init(format: .q4_1, number: 3, values: 32, bytes: 20, halves: [0, 2]),
        .init(format: .q5_0, number: 6, values: 32, bytes: 22, halves: [0]),
        .init(format: .q5_1, number: 7, values: 32, bytes: 24, halves: [0, 2]),
        .init(format: .q8_0, number: 8, values: 32, bytes: 34, halves: [0]),
        .init(format: .q4_K, number: 12, values: 256, bytes: 144, halves: [0, 2]),
        .init(format: .q5_K, number: 13, values: 256, bytes: 176, halves: [0, 2]),
        .init(format: .q6_K, number: 14, values: 256, bytes: 210, halves: [208]),
    ]

    @Test(arguments: layouts)
    func numbersAndSizesAreGGMLs(layout: Layout) {
        #expect(WeightFormat(rawValue: layout.number) == layout.format)
        #expect(layout.format.valuesPerBlock == layout.values)
        #expect(layout.format.bytesPerBlock == layout.bytes)
        #expect(Self.layouts.count == WeightFormat.allCases.count)
    }

    /// Single precision holds every product in a block exactly, and the one sum is rounded once, so that no
    /// difference at all is allowed.
    @Test(arguments: layouts.filter { !$0.halves.isEmpty })
    func blocksOfRandomBytesAreWidenedAsByGGML(layout: Layout) {
        var random = SeededGenerator(UInt64(layout.number) + 1)
        var bytes: [UInt8] = []
        var expected: [Float] = []
        for _ in 0..<200 {
            var block = (0..<layout.bytes).map { _ in UInt8.random(in: 0...255, using: &random) }
            for offset in layout.halves where block[offset + 1] & 0x7C == 0x7C { block[offset + 1] &= 0xBF }
            expected += ReferenceBlocks(bytes: block).values(layout.format).map { Float($0) }
            bytes += block
        }
        let found = layout.format.widened(bytes)
        #expect(found.count == 200 * layout.values)
        #expect(Set(found).count > 100)
        for (index, (f, e)) in zip(found, expected).enumerated() where f != e {
            Issue.record("value \(index) is \(f) instead of \(e)")
            return
        }
    }

    @Test func everyHalfIsWidened() {
        for bits in UInt16.min...UInt16.max {
            let bytes = [UInt8(truncatingIfNeeded: bits), UInt8(bits >> 8)]
            let found = WeightFormat.float16.widened(bytes)
            let expected = Float(ReferenceBlocks(bytes: bytes).values(.float16)[0])
            guard found.count == 1, found[0] == expected || (found[0].isNaN && expected.isNaN),
                found[0].isNaN || found[0].sign == expected.sign
            else {
                Issue.record("\(bits) is \(found) instead of \(expected)")
                return
            }
        }
    }

    @Test func singlePrecisionAndBFloat16KeepTheirBits() {
        for bits in UInt16.min...UInt16.max {
            let bytes = [UInt8(truncatingIfNeeded: bits), UInt8(bits >> 8)]
            let brain = WeightFormat.bfloat16.widened(bytes)
            let single = WeightFormat.float32.widened([0x34, 0x12] + bytes)
            // A signalling NaN may become a quiet one on its way through a register.
            guard brain.map(\.bitPattern) == [UInt32(bits) << 16] || brain.allSatisfy(\.isNaN),
                single.map(\.bitPattern) == [UInt32(bits) << 16 | 0x1234] || single.allSatisfy(\.isNaN)
            else {
                Issue.record("\(bits) is \(brain) and \(single)")
                return
            }
        }
    }

    /// Blocks are read where they lie; a mapped file aligns none of them.
    @Test(arguments: layouts)
    func blocksNeedNoAlignment(layout: Layout) {
        var random = SeededGenerator(7)
        var block = (0..<layout.bytes).map { _ in UInt8.random(in: 0...100, using: &random) }
        for offset in layout.halves { block[offset + 1] &= 0x3F }
        let expected = layout.format.widened(block)
        for shift in 1..<8 {
            var found = [Float](repeating: .nan, count: layout.values)
            let moved = [UInt8](repeating: 0, count: shift) + block
            moved.withUnsafeBytes { bytes in
                found.withUnsafeMutableBufferPointer {
                    layout.format.widen(UnsafeRawBufferPointer(rebasing: bytes[shift...]), into: $0)
                }
            }
            #expect(found == expected)
        }
    }
}
