import Foundation
import Testing

@testable import Kernels

@Suite struct WeightFormatNarrowingTests {
    /// The most that normally distributed weights may be away, relative to their size, root mean square.
    static let bounds: [(WeightFormat, Double)] = [
        (.float32, 0), (.float16, 3e-4), (.bfloat16, 2e-3), (.q8_0, 0.006), (.q4_0, 0.086), (.q4_1, 0.078),
        (.q5_0, 0.043), (.q5_1, 0.038), (.q4_K, 0.08), (.q5_K, 0.04), (.q6_K, 0.02),
    ]

    static func normal(_ count: Int) -> [Float] {
        var random = SeededGenerator(3)
        return (0..<count).map { _ in
            let (u, v) = (Double.random(in: 1e-9...1, using: &random), Double.random(in: 0...1, using: &random))
            return Float(0.05 * (-2 * log(u)).squareRoot() * cos(2 * .pi * v))
        }
    }

    static func distance(_ found: [Float], _ expected: [Float]) -> Double {
        let error = zip(found, expected).reduce(0.0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
        return (error / expected.reduce(0.0) { $0 + Double($1) * Double($1) }).squareRoot()
    }

    @Test(arguments: bounds)
    func roundingIsAsFineAsTheFormat(format: WeightFormat, bound: Double) {
        #expect(Self.bounds.count == WeightFormat.allCases.count)
        let values = Self.normal(2560)
        let found = format.widened(format.narrowed(values))
        #expect(Self.distance(found, values) <= bound)
    }

    /// Weights that all lie on one side, as those of a norm do.
    @Test(arguments: [WeightFormat.q4_1, .q5_1, .q4_K, .q5_K, .q6_K, .q8_0], [Float(1), -1])
    func weightsOfOneSignAreKept(format: WeightFormat, sign: Float) {
        let values = Self.normal(256).map { sign * (1 + $0) }
        #expect(Self.distance(format.widened(format.narrowed(values)), values) < 0.05)
    }

    @Test(arguments: WeightFormat.allCases)
    func oddBlocksAreNoTrouble(format: WeightFormat) {
        let zeros = [Float](repeating: 0, count: 256)
        #expect(format.widened(format.narrowed(zeros)) == zeros)
        let halves = [Float](repeating: 0.5, count: 256)
        #expect(Self.distance(format.widened(format.narrowed(halves)), halves) < 0.02)
        for value in [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude] {
            var values = zeros
            values[17] = value
            #expect(format.widened(format.narrowed(values)).count == 256)
        }
    }

    #if !os(macOS) || arch(arm64)
        @Test func halvesAreRoundedToNearestEven() {
            var random = SeededGenerator(8)
            var values: [Float] = [0, -0.0, 65504, 65519, 65520, 1e9, 6.1e-5, 5.9e-8, 2.9e-8, 2.98e-8, 3e-8, 1e-10]
            for _ in 0..<20000 { values.append(Float(bitPattern: UInt32.random(in: 0...UInt32.max, using: &random))) }
            for exponent in -26...16 {
                for _ in 0..<50 {
                    values.append(Float(scalbn(Double.random(in: -2...2, using: &random), exponent)))
                }
            }
            let bytes = WeightFormat.float16.narrowed(values)
            for (index, value) in values.enumerated() where !value.isNaN {
                let bits = UInt16(bytes[2 * index]) | UInt16(bytes[2 * index + 1]) << 8
                #expect(bits == Float16(value).bitPattern, "\(value)")
            }
        }
    #endif
}
