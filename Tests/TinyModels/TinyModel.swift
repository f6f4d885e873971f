import LanguageModels

/// A small random Llama in memory.
///
/// Every value of a matrix is a whole number from −8 to 7 times a power of two that each 32 values share, so that
/// F32, F16, BF16, Q8_0 and Q4_0 all hold it exactly.
public struct TinyModel: WeightSource {
    public let configuration: ModelConfiguration
    private let weights: [WeightName: [Float]]

    public init(
        seed: UInt64 = 1, vocabularySize: Int = 64, tiesWordEmbeddings: Bool = false, maximumPositions: Int = 512
    ) throws {
        configuration = try ModelConfiguration(
            file: "tiny", architecture: .llama, vocabularySize: vocabularySize, hiddenSize: 32, intermediateSize: 64,
            layerCount: 2,
            headCount: 4, keyValueHeadCount: 2, headDimension: 8, normEpsilon: 0x1p-16,
            maximumPositions: maximumPositions, tiesWordEmbeddings: tiesWordEmbeddings,
            features: .llama(layerCount: 2, headDimension: 8, ropeBase: 10000))
        var random = SeededRandom(seed)
        var weights: [WeightName: [Float]] = [:]
        for name in Self.names(in: configuration) {
            let shape = Self.shape(of: name, in: configuration)
            weights[name] = (0..<shape.reduce(1, *) / 32).flatMap { _ -> [Float] in
                guard shape.count > 1 else { return (0..<32).map { _ in 1 + Float(random.below(16) - 8) / 16 } }
                let step = Float(random.below(2) + 1) / (name == .tokenEmbedding ? 8 : 32)
                return (0..<32).map { _ in Float(random.below(16) - 8) * step }
            }
        }
        self.weights = weights
    }

    public func read(_ name: WeightName, rows: Range<Int>, into values: UnsafeMutableBufferPointer<Float>) {
        let columns = name.shape(in: configuration).columns
        let all = self[name]
        for index in 0..<rows.count * columns { values[index] = all[rows.lowerBound * columns + index] }
    }

    public func releasePages() {}

    public subscript(name: WeightName) -> [Float] { weights[name] ?? [] }

    /// Every weight of the model.
    public var names: [WeightName] { Self.names(in: configuration) }

    /// `[rows, columns]`, or `[columns]` of a vector.
    public func shape(of name: WeightName) -> [Int] { Self.shape(of: name, in: configuration) }

    private static func names(in configuration: ModelConfiguration) -> [WeightName] {
        [.tokenEmbedding, .finalNorm] + (configuration.tiesWordEmbeddings ? [] : [.outputHead])
            + (0..<configuration.layerCount).flatMap { layer in
                [.norm(.attention, layer: layer), .norm(.feedForward, layer: layer)]
                    + [LinearLayer.query, .key, .value, .attentionOutput, .gate, .up, .down].map {
                        .linear($0, layer: layer)
                    }
            }
    }

    private static func shape(of name: WeightName, in configuration: ModelConfiguration) -> [Int] {
        let (rows, columns) = name.shape(in: configuration)
        return name.isVector ? [columns] : [rows, columns]
    }
}
