import Kernels

/// Gradients as one row of numbers, for processes that add theirs up.
extension LowRankAdapter {
    /// Every gradient, in the order of `all`, A before B.
    public func gradientValues() -> [Double] {
        all.flatMap { _, _, factors -> [Double] in
            guard let state = factors.training else { return [] }
            return state.aGradient.doubles() + state.bGradient.doubles()
        }
    }

    /// Puts back what `gradientValues()` gave, changed.
    ///
    /// - Parameter values: as many.
    public func setGradients(_ values: [Double]) {
        var start = 0
        for (_, _, factors) in all {
            guard let state = factors.training else { continue }
            for tensor in [state.aGradient, state.bGradient] {
                precondition(start + tensor.count <= values.count)
                tensor.assign(values[start..<start + tensor.count])
                start += tensor.count
            }
        }
    }
}
