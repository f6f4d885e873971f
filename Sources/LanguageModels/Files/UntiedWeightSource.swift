import Kernels

/// A model whose head is its embedding, read as one whose head has the same numbers for itself: so that one of them can
/// be changed and the other stay, as PEFT does with `modules_to_save`.
struct UntiedWeightSource: WeightSource {
    let configuration: ModelConfiguration
    let base: any WeightSource

    /// - Throws: never for a configuration that was checked before.
    static func untying(_ base: any WeightSource) throws(LanguageModelsError) -> any WeightSource {
        guard base.configuration.tiesWordEmbeddings else { return base }
        return UntiedWeightSource(configuration: try base.configuration.untied(), base: base)
    }

    private func own(_ name: WeightName) -> WeightName { name == .outputHead ? .tokenEmbedding : name }

    func read(_ name: WeightName, rows: Range<Int>, into values: UnsafeMutableBufferPointer<Float>) {
        base.read(own(name), rows: rows, into: values)
    }

    func blockFormat(of name: WeightName) -> WeightFormat? { base.blockFormat(of: own(name)) }

    func readBlocks(of name: WeightName, rows: Range<Int>, into bytes: UnsafeMutableRawBufferPointer) {
        base.readBlocks(of: own(name), rows: rows, into: bytes)
    }

    func releasePages() { base.releasePages() }
}

extension ModelConfiguration {
    /// The same with a head of its own.
    func untied() throws(LanguageModelsError) -> ModelConfiguration {
        try ModelConfiguration(
            file: "configuration", architecture: architecture, vocabularySize: vocabularySize, hiddenSize: hiddenSize,
            intermediateSize: intermediateSize, layerCount: layerCount, headCount: headCount,
            keyValueHeadCount: keyValueHeadCount, headDimension: headDimension, normEpsilon: normEpsilon,
            maximumPositions: maximumPositions, tiesWordEmbeddings: false, features: features)
    }
}
