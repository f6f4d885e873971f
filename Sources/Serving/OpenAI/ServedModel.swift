import ChatTemplates
import LanguageModels
import StreamingLoader

/// A model as a client sees it: a base with an adapter or without, and the engine that answers for it.
public struct ServedModel: Sendable {
    public let name: String
    public let engine: InferenceEngine
    public let pieces: PieceEncoder
    public let adapter: LowRankAdapter?
    public let vocabularySize: Int

    public init(
        name: String, engine: InferenceEngine, pieces: PieceEncoder, adapter: LowRankAdapter?, vocabularySize: Int
    ) {
        self.name = name
        self.engine = engine
        self.pieces = pieces
        self.adapter = adapter
        self.vocabularySize = vocabularySize
    }
}

/// What a server has to offer, and how it comes by it.
public protocol ModelCatalogue: Sendable {
    /// Every name that `model` knows.
    func listings() async throws -> [ModelListing]
    /// - Throws: `APIError` with status 404 for a name that is none.
    func model(named name: String) async throws -> ServedModel
}

/// A model's line in a list.
public struct ModelListing: Sendable, Hashable {
    public let name: String
    /// The name of the base, where it is an adapter's.
    public let base: String?
    /// Seconds since 1970.
    public let created: Int

    public init(name: String, base: String?, created: Int) {
        self.name = name
        self.base = base
        self.created = created
    }
}
