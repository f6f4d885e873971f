import LanguageModels

/// An answer that is asked for.
public struct GenerationRequest: Sendable {
    /// What an answer has to look like.
    public enum Constraint: Sendable, Hashable {
        case none
        /// One whole JSON object.
        case jsonObject
        /// Begins with one of these texts.
        case beginning([String])
    }

    public var prompt: [Int32]
    public var adapter: LowRankAdapter?
    public var sampling = SamplingSettings()
    public var maximumTokens = 512
    /// Tokens at which the answer ends.
    public var stopIDs: Set<Int32> = []
    /// Texts at which the answer ends; they are no part of it.
    public var stopWords: [String] = []
    public var constraint = Constraint.none
    /// How many of the likeliest tokens to name for each; nil where no odds are asked for.
    public var namedCandidates: Int?

    public init(prompt: [Int32], adapter: LowRankAdapter? = nil) {
        self.prompt = prompt
        self.adapter = adapter
    }
}
