/// Numbers that look random and depend on nothing but a key and a place: the same with any number of threads, and
/// after a stop and a resume.
public struct NoiseKey: Sendable, Hashable {
    private let state: UInt64

    public init(seed: UInt64) { state = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15) }

    private init(state: UInt64) { self.state = state }

    /// The key of a part: a step, a layer.
    public func part(_ number: Int) -> NoiseKey {
        NoiseKey(state: Self.mix(state ^ Self.mix(UInt64(truncatingIfNeeded: number) &+ 0xD1B5_4A32_D192_ED03)))
    }

    /// Uniform in 0 ..< 1.
    func unit(_ place: Int) -> Double {
        Double(Self.mix(state &+ UInt64(truncatingIfNeeded: place) &* 0x9E37_79B9_7F4A_7C15) >> 11) * 0x1p-53
    }

    /// The finaliser of Vigna's SplitMix64.
    private static func mix(_ value: UInt64) -> UInt64 {
        var z = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension ComputeContext {
    /// Drops values with a probability, and makes the rest larger, so that their mean stays (Srivastava et al. 2014).
    ///
    /// - Parameters:
    ///   - input, output: narrow, of one shape; they may be one tensor.
    ///   - rate: from 0 to below 1.
    public func dropOut(_ input: Tensor, rate: Double, key: NoiseKey, into output: Tensor) {
        weigh(input, dropped: 0, kept: 1 / (1 - rate), rate: rate, key: key, into: output)
    }

    /// What `dropOut` takes away: the input less what it makes of it.
    public func dropOutLoss(_ input: Tensor, rate: Double, key: NoiseKey, into output: Tensor) {
        weigh(input, dropped: 1, kept: -rate / (1 - rate), rate: rate, key: key, into: output)
    }

    /// Multiplies values that are dropped, and those that are kept, each by its own number.
    private func weigh(
        _ input: Tensor, dropped: Double, kept: Double, rate: Double, key: NoiseKey, into output: Tensor
    ) {
        precondition(input.element == .narrow && output.element == .narrow && input.count == output.count)
        precondition(rate >= 0 && rate < 1)
        forEachBlock(of: input.count, by: 4096, with: (input, dropped, kept, rate, key, output)) { range, operands in
            let (input, dropped, kept, rate, key, output) = operands
            for index in range {
                let weight = key.unit(index) < rate ? dropped : kept
                output.setNarrowValue(weight == 0 ? 0 : input.narrowValue(index) * weight, at: index)
            }
        }
    }

    /// output += what `dropOut` makes of `values`: its gradient, added to another. Output may be of either type.
    public func addDroppedOut(_ values: Tensor, rate: Double, key: NoiseKey, to output: Tensor) {
        precondition(values.element == .narrow && values.count == output.count)
        precondition(rate >= 0 && rate < 1)
        let scale = 1 / (1 - rate)
        forEachBlock(of: values.count, by: 4096, with: (values, rate, scale, key, output)) { range, operands in
            let (values, rate, scale, key, output) = operands
            for index in range where key.unit(index) >= rate {
                output.setNarrowValue(output.narrowValue(index) + values.narrowValue(index) * scale, at: index)
            }
        }
    }

    /// Adds numbers uniform in ±magnitude to a wide tensor.
    public func addUniformNoise(to values: Tensor, magnitude: Double, key: NoiseKey) {
        precondition(values.element == .wide)
        forEachBlock(of: values.count, by: 4096, with: (values, magnitude, key)) { range, operands in
            let (values, magnitude, key) = operands
            for index in range { values[wide: index] += (2 * key.unit(index) - 1) * magnitude }
        }
    }
}
