import Serving

/// The models that `ds serve` was started with.
struct FixedCatalogue: ModelCatalogue {
    private var models: [(listing: ModelListing, model: ServedModel)] = []

    /// - Throws: `CommandError.sameName` where two would have one name.
    mutating func add(_ model: ServedModel, base: String?, created: Int) throws {
        guard !models.contains(where: { $0.listing.name == model.name }) else {
            throw CommandError.sameName(name: model.name)
        }
        models.append((ModelListing(name: model.name, base: base, created: created), model))
    }

    var names: [String] { models.map(\.listing.name) }

    func listings() -> [ModelListing] { models.map(\.listing) }

    func model(named name: String) throws -> ServedModel {
        guard let found = models.first(where: { $0.listing.name == name }) else {
            throw OpenAIService.unknownModel(name)
        }
        return found.model
    }
}
