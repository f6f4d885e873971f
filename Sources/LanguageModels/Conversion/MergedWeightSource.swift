import Kernels

/// A base model's weights with an adapter added to them: W + s · B A.
public struct MergedWeightSource: WeightSource {
    private let base: any WeightSource
    private let factors: [WeightName: Factors]

    /// A `[rank, inputs]`, B as `[rank, outputs]`, the scale in it.
    private struct Factors: Sendable {
        let rank: Int
        let a: [Float]
        let b: [Float]
        /// DoRA's lengths of rows.
        let magnitudes: [Float]?
    }

    public var configuration: ModelConfiguration { base.configuration }

    /// - Throws: `LanguageModelsError.adapterMismatch` for an adapter of another model.
    public init(base: any WeightSource, adapter: LowRankAdapter) throws(LanguageModelsError) {
        guard adapter.modelConfiguration == base.configuration else {
            throw .adapterMismatch(file: "adapter", problem: "it was opened for a model of another shape")
        }
        self.base = base
        var factors: [WeightName: Factors] = [:]
        for (layer, target, pair) in adapter.all {
            let scale = adapter.configuration.scale
            factors[.linear(target, layer: layer)] = Factors(
                rank: pair.a.rows, a: pair.a.floats(), b: pair.b.doubles().map { Float($0 * scale) },
                magnitudes: pair.magnitudes?.values.floats())
        }
        self.factors = factors
    }

    /// Whether the adapter changes a weight.
    func changes(_ name: WeightName) -> Bool {
        factors[name] != nil || (base as? ReplacedWeightSource)?.replaces(name) ?? false
    }

    public func read(_ name: WeightName, rows: Range<Int>, into values: UnsafeMutableBufferPointer<Float>) {
        base.read(name, rows: rows, into: values)
        guard let factors = factors[name] else { return }
        let columns = factors.a.count / factors.rank
        let outputs = factors.b.count / factors.rank
        for (index, row) in rows.enumerated() {
            for rank in 0..<factors.rank {
                let factor = factors.b[rank * outputs + row]
                let start = rank * columns
                for column in 0..<columns { values[index * columns + column] += factor * factors.a[start + column] }
            }
            guard let magnitude = factors.magnitudes?[row] else { continue }
            let own = UnsafeMutableBufferPointer(rebasing: values[index * columns..<(index + 1) * columns])
            let length = own.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            guard length > 0 else { continue }
            for column in 0..<columns { own[column] *= Float(Double(magnitude) / length) }
        }
    }

    public func releasePages() { base.releasePages() }
}
