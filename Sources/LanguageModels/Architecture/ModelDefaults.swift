/// What transformers takes where a `config.json` does not say.
struct ModelDefaults: Sendable {
    var normEpsilon = 1e-6
    var ropeBase = 10000.0
    var maximumPositions = 32768
    /// nil for hidden size / heads.
    var headDimension: Int?
    /// nil for as many as heads.
    var keyValueHeadCount: Int?
    var slidingWindow: Int?
    var tiesWordEmbeddings = false

    init(_ architecture: ModelArchitecture) {
        switch architecture {
        case .llama:
            maximumPositions = 2048
        case .mistral:
            maximumPositions = 4096 * 32
            keyValueHeadCount = 8
            slidingWindow = 4096
        case .smolLM3:
            ropeBase = 2_000_000
            keyValueHeadCount = 4
            tiesWordEmbeddings = true
        case .qwen2:
            keyValueHeadCount = 32
            slidingWindow = 4096
        case .qwen3:
            keyValueHeadCount = 32
            headDimension = 128
            slidingWindow = 4096
        case .gemma2:
            maximumPositions = 8192
            keyValueHeadCount = 4
            headDimension = 256
            slidingWindow = 4096
            tiesWordEmbeddings = true
        case .gemma3:
            ropeBase = 1_000_000
            maximumPositions = 131_072
            keyValueHeadCount = 4
            headDimension = 256
            slidingWindow = 4096
            tiesWordEmbeddings = true
        case .phi3:
            normEpsilon = 1e-5
            maximumPositions = 4096
        case .gpt2:
            normEpsilon = 1e-5
            maximumPositions = 1024
            tiesWordEmbeddings = true
        }
    }
}
