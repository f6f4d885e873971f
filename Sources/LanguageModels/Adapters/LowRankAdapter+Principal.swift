import Kernels

/// PiSSA (Meng et al. 2024): an adapter begins as the principal components of the weights, and what is left of them is
/// the base.
///
/// The base stays as it is here: a second, frozen half of twice the rank takes the components away again, so that the
/// file is a plain adapter of the base from the first step. That is what PEFT's documented conversion makes of PiSSA.
/// With DoRA the lengths are those of the base's rows, for both halves together change nothing, as in PEFT.
extension LowRankAdapter {
    /// The settings of an adapter with the frozen half: twice the rank, and the same scale.
    public static func principalConfiguration(
        rank: Int, alpha: Double, targets: Set<LinearLayer>, usesRankStabilisedScaling: Bool,
        usesMagnitudes: Bool = false, savedModules: Set<SavedModule> = [], baseModel: String?
    ) throws(LanguageModelsError) -> AdapterConfiguration {
        try AdapterConfiguration(
            rank: 2 * rank, alpha: alpha * (usesRankStabilisedScaling ? 2.0.squareRoot() : 2), targets: targets,
            usesRankStabilisedScaling: usesRankStabilisedScaling, usesMagnitudes: usesMagnitudes,
            savedModules: savedModules, baseModel: baseModel)
    }

    /// Fills the trained half with √S of both sides' singular vectors, over √scale each, and the frozen half with the
    /// same, one sign turned.
    ///
    /// - Parameters:
    ///   - model: the one it is for.
    ///   - iterations: of the subspace that the vectors are found in.
    /// - Throws: `LanguageModelsError.adapterMismatch` where a weight has fewer rows or columns than the rank.
    public func initialisePrincipal(
        of model: TransformerModel, iterations: Int, seed: UInt64
    ) throws(LanguageModelsError) {
        let source = model.source
        let all = all
        let rank = trainedRank
        precondition(configuration.rank == 2 * rank)
        for (_, target, factors) in all where min(factors.a.columns, factors.b.columns) < rank {
            throw .adapterMismatch(
                file: "adapter", problem: "\(target.rawValue) has fewer principal components than the rank \(rank)")
        }
        context.forEach(all.count) { index in
            let (layer, target, factors) = all[index]
            let (rows, columns) = (factors.b.columns, factors.a.columns)
            let components = PrincipalComponents(
                source.values(of: .linear(target, layer: layer)), rows: rows, columns: columns, rank: rank,
                iterations: iterations, seed: seed &+ UInt64(index))
            let scales = components.values.map { ($0 / factors.scale).squareRoot() }
            let a = zip(components.right, scales).flatMap { vector, scale in vector.map { $0 * scale } }
            let b = zip(components.left, scales).flatMap { vector, scale in vector.map { $0 * scale } }
            factors.a.assign(a + a)
            factors.b.assign(b + b.map { -$0 })
        }
        source.releasePages()
        measure(model)
        initialiseMagnitudes()
    }
}
