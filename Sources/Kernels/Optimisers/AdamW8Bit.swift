#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension ComputeContext {
    /// One step of AdamW on one parameter, in place, with moments kept in eight bits.
    ///
    /// - Parameters:
    ///   - parameter: wide, as its gradient.
    ///   - step: counted from 1, for the bias correction.
    ///   - gradientScale: what the gradient is multiplied by first (clipping).
    public func adamStep(
        _ optimiser: AdamW, parameter: Tensor, firstMoment: QuantisedMoments, secondMoment: QuantisedMoments,
        gradient: Tensor, step: Int, learningRate: Double, gradientScale: Double
    ) {
        precondition(step > 0 && parameter.element == .wide && gradient.count == parameter.count)
        precondition(firstMoment.count == parameter.count && secondMoment.count == parameter.count)
        let correction1 = 1 - pow(optimiser.beta1, Double(step))
        let correction2 = 1 - pow(optimiser.beta2, Double(step))
        let span = begin(.optimiser)
        defer { span?.end() }
        let tensors = (parameter, gradient, firstMoment, secondMoment)
        let numbers = (learningRate, gradientScale, correction1, correction2)
        let size = QuantisedMoments.blockSize
        forEachBlock(of: parameter.count, by: size, with: (optimiser, tensors, numbers)) { range, operands in
            let (optimiser, tensors, numbers) = operands
            let (_, _, firstMoment, secondMoment) = tensors
            let size = QuantisedMoments.blockSize
            let block = range.lowerBound / size
            // A kilobyte each: they stay on the stack.
            withUnsafeTemporaryAllocation(of: Float.self, capacity: size) { first in
                withUnsafeTemporaryAllocation(of: Float.self, capacity: size) { second in
                    firstMoment.widen(block, into: first)
                    secondMoment.widen(block, into: second)
                    ComputeContext.adamStep(optimiser, tensors.0, tensors.1, range, first, second, numbers)
                    firstMoment.store(block, first)
                    secondMoment.store(block, second)
                }
            }
        }
    }

    /// One block of a step, with its moments widened.
    private static func adamStep(
        _ optimiser: AdamW, _ parameter: Tensor, _ gradient: Tensor, _ range: Range<Int>,
        _ first: UnsafeMutableBufferPointer<Float>, _ second: UnsafeMutableBufferPointer<Float>,
        _ numbers: (learningRate: Double, gradientScale: Double, correction1: Double, correction2: Double)
    ) {
        let shrink = 1 - numbers.learningRate * optimiser.weightDecay
        let rate = numbers.learningRate / numbers.correction1
        for (place, index) in range.enumerated() {
            let g = gradient[wide: index] * numbers.gradientScale
            let m = optimiser.beta1 * Double(first[place]) + (1 - optimiser.beta1) * g
            let v = optimiser.beta2 * Double(second[place]) + (1 - optimiser.beta2) * g * g
            (first[place], second[place]) = (Float(m), Float(v))
            let denominator = (v / numbers.correction2).squareRoot() + optimiser.epsilon
            parameter[wide: index] = parameter[wide: index] * shrink - rate * m / denominator
        }
    }
}
