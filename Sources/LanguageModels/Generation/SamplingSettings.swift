/// How the next token is chosen.
///
/// They are applied in this order, as transformers does it: bias and penalties on the logits, then temperature, then
/// the likeliest `topCount`, then `topProbability` of what is left, then `minimumProbability`.
public struct SamplingSettings: Sendable, Hashable {
    /// 0 always takes the likeliest token; 1 samples the model's own distribution.
    public var temperature = 0.0
    /// Samples only from so many of the likeliest tokens; nil for all (Fan et al. 2018).
    public var topCount: Int?
    /// Samples only from the likeliest tokens that together have this probability (Holtzman et al. 2020).
    public var topProbability = 1.0
    /// Samples only from tokens at least this share as likely as the likeliest (Nguyen et al. 2024).
    public var minimumProbability = 0.0
    /// Logits of tokens that are in the prompt or the answer already are divided by it where positive, else multiplied
    /// (Keskar et al. 2019); 1 for none.
    public var repetitionPenalty = 1.0
    /// Taken from the logits of tokens that are in the answer already.
    public var presencePenalty = 0.0
    /// Taken from a token's logit for each time that it is in the answer already.
    public var frequencyPenalty = 0.0
    /// Added to the logits of these tokens.
    public var bias: [Int32: Double] = [:]
    public var seed: UInt64 = 0

    public init() {}

    var changesLogits: Bool {
        repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0 || !bias.isEmpty
    }
}
