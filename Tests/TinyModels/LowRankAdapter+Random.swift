import Kernels
import LanguageModels

extension LowRankAdapter {
    /// Fills both factors of every target, so that the adapter changes the model and every gradient is alive.
    public func fillAtRandom(seed: UInt64, in range: ClosedRange<Double> = -0.3...0.3) {
        var random = SeededRandom(seed)
        for (_, _, factors) in all {
            factors.a.assign(random.values(factors.a.count, in: range))
            factors.b.assign(random.values(factors.b.count, in: range))
        }
        pack()
    }
}
