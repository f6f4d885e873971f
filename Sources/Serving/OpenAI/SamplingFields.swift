import DatasetFormats
import LanguageModels

/// The members that chat and plain completions share.
struct SamplingFields {
    var settings = SamplingSettings()
    let count: Int
    let isStreamed: Bool
    let includesUsage: Bool
    let stopWords: [String]
    let isSeedGiven: Bool

    static let maximumCount = 8
    static let maximumStopWords = 16

    /// - Parameter vocabularySize: tokens that a bias may name.
    init(_ fields: RequestFields, vocabularySize: Int) throws(APIError) {
        settings.temperature = try fields.double("temperature", 0...2) ?? 1
        settings.topProbability = try fields.double("top_p", 0...1) ?? 1
        if let count = try fields.int("top_k", -1...Int.max), count > 0 { settings.topCount = count }
        settings.minimumProbability = try fields.double("min_p", 0...1) ?? 0
        settings.repetitionPenalty = try fields.double("repetition_penalty", 0.01...100) ?? 1
        settings.presencePenalty = try fields.double("presence_penalty", -2...2) ?? 0
        settings.frequencyPenalty = try fields.double("frequency_penalty", -2...2) ?? 0
        for (key, value) in try fields.object("logit_bias")?.members ?? [] {
            guard let token = Int32(key), token >= 0, Int(token) < vocabularySize, let bias = value.doubleValue,
                (-100...100).contains(bias)
            else { throw .invalid("logit_bias", "maps token ids to numbers from -100 to 100, not \(key)") }
            settings.bias[token] = bias
        }
        let seed = try fields.int("seed", Int.min...Int.max)
        isSeedGiven = seed != nil
        settings.seed = seed.map { UInt64(bitPattern: Int64($0)) } ?? .random(in: 0...UInt64.max)
        count = try fields.int("n", 1...Self.maximumCount) ?? 1
        isStreamed = try fields.bool("stream") ?? false
        let options = RequestFields(object: try fields.object("stream_options") ?? [:])
        includesUsage = try options.bool("include_usage") ?? false
        stopWords = try fields.strings("stop", limit: Self.maximumStopWords)
    }

    /// The settings of one of several answers: each has a seed of its own.
    func settings(ofAnswer index: Int) -> SamplingSettings {
        var settings = settings
        // Not the step of the generator itself: that would give each answer the same numbers, moved by one.
        settings.seed ^= UInt64(index) &* 0xD1B5_4A32_D192_ED03
        return settings
    }
}
