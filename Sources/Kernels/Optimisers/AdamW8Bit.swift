import Synchronization

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
        _ optimiser: AdamW, parameter: Tensor, firstMoment: inout QuantisedMoments,
        secondMoment: inout QuantisedMoments, gradient: Tensor, step: Int, learningRate: Double, gradientScale: Double
    ) {
        precondition(step > 0 && parameter.element == .wide && gradient.count == parameter.count)
        precondition(firstMoment.codes.count == parameter.count && secondMoment.codes.count == parameter.count)
        let correction1 = 1 - pow(optimiser.beta1, Double(step))
        let correction2 = 1 - pow(optimiser.beta2, Double(step))
        let shrink = 1 - learningRate * optimiser.weightDecay
        let rate = learningRate / correction1
        let (before1, before2) = (firstMoment, secondMoment)
        typealias Codes = (codes: [UInt8], scale: Float)
        let results = Mutex<[Int: (first: Codes, second: Codes)]>([:])
        forEachBlock(of: parameter.count, by: QuantisedMoments.blockSize) { range in
            let block = range.lowerBound / QuantisedMoments.blockSize
            var first = before1.widened(block)
            var second = before2.widened(block)
            for index in range {
                let place = index - range.lowerBound
                let g = gradient[wide: index] * gradientScale
                let m = optimiser.beta1 * Double(first[place]) + (1 - optimiser.beta1) * g
                let v = optimiser.beta2 * Double(second[place]) + (1 - optimiser.beta2) * g * g
                (first[place], second[place]) = (Float(m), Float(v))
                let denominator = (v / correction2).squareRoot() + optimiser.epsilon
                parameter[wide: index] = parameter[wide: index] * shrink - rate * m / denominator
            }
            let pair = (
                QuantisedMoments.quantised(first, table: before1.table),
                QuantisedMoments.quantised(second, table: before2.table)
            )
            results.withLock { $0[block] = pair }
        }
        for (block, pair) in results.withLock({ $0 }) {
            firstMoment.store(block, codes: pair.first.codes, scale: pair.first.scale)
            secondMoment.store(block, codes: pair.second.codes, scale: pair.second.scale)
        }
    }
}
