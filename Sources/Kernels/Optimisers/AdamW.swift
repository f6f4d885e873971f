#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), as PyTorch's `AdamW` computes it.
public struct AdamW: Sendable, Hashable {
    public var beta1: Double
    public var beta2: Double
    public var epsilon: Double
    public var weightDecay: Double

    public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
    }
}

extension ComputeContext {
    /// One step of one parameter, in place; all wide and of one shape.
    ///
    /// - Parameters:
    ///   - step: counted from 1, for the bias correction.
    ///   - gradientScale: what the gradient is multiplied by first (clipping).
    public func adamStep(
        _ optimiser: AdamW, parameter: Tensor, firstMoment: Tensor, secondMoment: Tensor, gradient: Tensor,
        step: Int, learningRate: Double, gradientScale: Double
    ) {
        precondition(step > 0 && parameter.element == .wide)
        precondition(firstMoment.count == parameter.count && secondMoment.count == parameter.count)
        precondition(gradient.count == parameter.count)
        let correction1 = 1 - pow(optimiser.beta1, Double(step))
        let correction2 = 1 - pow(optimiser.beta2, Double(step))
        let span = begin(.optimiser)
        defer { span?.end() }
        let tensors = (parameter, firstMoment, secondMoment, gradient)
        let numbers = (learningRate, gradientScale, correction1, correction2)
        forEachBlock(of: parameter.count, by: 4096, with: (kernels, optimiser, tensors, numbers)) { range, operands in
            let (kernels, optimiser, tensors, numbers) = operands
            let (parameter, firstMoment, secondMoment, gradient) = tensors
            let (learningRate, gradientScale, correction1, correction2) = numbers
            let at = range.lowerBound * parameter.elementSize
            kernels.pointee.adamStep(
                parameter.pointer + at, firstMoment.pointer + at, secondMoment.pointer + at, gradient.pointer + at,
                range.count, gradientScale, learningRate, optimiser.beta1, optimiser.beta2, optimiser.epsilon,
                optimiser.weightDecay, correction1, correction2)
        }
    }

    /// The sum of squares of a wide tensor, added in order.
    public func sumOfSquares(_ values: Tensor) -> Double {
        precondition(values.element == .wide)
        return kernels.pointee.sumOfSquares(values.pointer, values.count)
    }
}
