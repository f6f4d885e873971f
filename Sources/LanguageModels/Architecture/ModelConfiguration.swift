/// The sizes of a transformer and what its architecture does, checked.
public struct ModelConfiguration: Sendable, Hashable {
    public let architecture: ModelArchitecture
    public let vocabularySize: Int
    public let hiddenSize: Int
    public let intermediateSize: Int
    public let layerCount: Int
    public let headCount: Int
    public let keyValueHeadCount: Int
    public let headDimension: Int
    public let normEpsilon: Double
    public let maximumPositions: Int
    public let tiesWordEmbeddings: Bool
    public let features: ModelFeatures

    /// - Parameter file: where the sizes come from, for the error.
    /// - Throws: `LanguageModelsError.malformed` for sizes that cannot be.
    public init(
        file: String, architecture: ModelArchitecture, vocabularySize: Int, hiddenSize: Int, intermediateSize: Int,
        layerCount: Int, headCount: Int, keyValueHeadCount: Int, headDimension: Int, normEpsilon: Double,
        maximumPositions: Int, tiesWordEmbeddings: Bool, features: ModelFeatures
    ) throws(LanguageModelsError) {
        let sizes = [
            ("vocabulary size", vocabularySize, 1 << 24), ("hidden size", hiddenSize, 1 << 20),
            ("intermediate size", intermediateSize, 1 << 22), ("layers", layerCount, Self.maximumLayers),
            ("heads", headCount, 1 << 12), ("key-value heads", keyValueHeadCount, 1 << 12),
            ("head dimension", headDimension, 1 << 12), ("positions", maximumPositions, 1 << 28),
        ]
        for (name, size, limit) in sizes where size < 1 || size > limit {
            throw .malformed(file: file, place: "configuration", problem: "\(name) \(size) is impossible")
        }
        self.architecture = architecture
        self.vocabularySize = vocabularySize
        self.hiddenSize = hiddenSize
        self.intermediateSize = intermediateSize
        self.layerCount = layerCount
        self.headCount = headCount
        self.keyValueHeadCount = keyValueHeadCount
        self.headDimension = headDimension
        self.normEpsilon = normEpsilon
        self.maximumPositions = maximumPositions
        self.tiesWordEmbeddings = tiesWordEmbeddings
        self.features = features
        if let problem { throw .malformed(file: file, place: "configuration", problem: problem) }
    }

    static let maximumLayers = 1 << 12

    /// What is wrong with sizes that are possible each for itself, or nil.
    private var problem: String? {
        if headCount % keyValueHeadCount != 0 {
            return "\(headCount) heads cannot share \(keyValueHeadCount) key-value heads"
        }
        if headDimension % 2 != 0 || hiddenSize % 2 != 0 || intermediateSize % 2 != 0 { return "sizes must be even" }
        if !(normEpsilon >= 0 && normEpsilon < 1) { return "norm epsilon \(normEpsilon) is impossible" }
        if features.layers.count != layerCount {
            return "it describes \(features.layers.count) layers of \(layerCount)"
        }
        for layer in features.layers {
            if let window = layer.window, window < 1 { return "a sliding window of \(window) tokens is impossible" }
            if let rotation = layer.rotation, !features.rotations.indices.contains(rotation) {
                return "a layer's rotation is not described"
            }
        }
        let numbers = [
            features.embeddingScale, features.attentionScale ?? 1, features.attentionSoftCap ?? 1,
            features.finalSoftCap ?? 1,
        ]
        if !numbers.allSatisfy({ $0.isFinite && $0 > 0 }) { return "a scale or soft cap is impossible" }
        return features.rotations.lazy.compactMap { $0.problem(headDimension: headDimension) }.first
    }
}

extension ModelConfiguration {
    /// The linear layers of each block.
    public var linearLayers: [LinearLayer] {
        LinearLayer.allCases.filter { linear in
            switch linear {
            case .query, .key, .value: !features.fusesQueryKeyValue
            case .queryKeyValue: features.fusesQueryKeyValue
            case .gate: features.isGated && !features.fusesGateUp
            case .up: !features.fusesGateUp
            case .gateUp: features.fusesGateUp
            case .attentionOutput, .down: true
            }
        }
    }

    /// The norms of each block.
    public var norms: [BlockNorm] {
        BlockNorm.allCases.filter { norm in
            switch norm {
            case .attention, .feedForward: true
            case .query, .key: features.normalisesQueriesAndKeys
            case .postAttention, .postFeedForward: features.normalisesBranches
            }
        }
    }

    /// Columns of all queries, and of all keys or values.
    var queryColumns: Int { headCount * headDimension }
    var keyColumns: Int { keyValueHeadCount * headDimension }

    /// Weights of the model, tied ones counted once.
    public var parameterCount: Int {
        WeightName.all(in: self).reduce(0) { total, name in
            let (rows, columns) = name.shape(in: self)
            return total + rows * columns
        }
    }
}
