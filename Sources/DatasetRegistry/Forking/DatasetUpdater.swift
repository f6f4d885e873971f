import ContentStore

/// Makes a fork again from a newer version of what it was made from.
public struct DatasetUpdater {
    public enum Outcome: Sendable {
        /// It was made from the parent's current version already.
        case isCurrent(parent: String)
        /// - parent: the version that it is made from now.
        case updated(DatasetForker.Forked, parent: String)
    }

    private let store: Store

    public init(_ store: Store) { self.store = store }

    /// - Parameters:
    ///   - name: the fork.
    ///   - parentName: the name whose current version it is made from; nil to find it by what it was made from.
    ///   - progress: told the rows done; what it throws ends the work.
    /// - Throws: `DatasetRegistryError.notAFork`, `parentGone`, `severalParents`, and what `DatasetForker.fork` throws.
    public func update(
        _ name: ReferenceName, from parentName: ReferenceName? = nil,
        progress: (_ rows: Int, _ total: Int) throws -> Void = { _, _ in }
    ) throws -> Outcome {
        let recipe = try store.datasetManifest(try store.version(.dataset, name).version.manifest).recipe
        guard recipe.operation == "fork", let input = recipe.inputs.first else {
            throw DatasetRegistryError.notAFork(name: name.text, operation: recipe.operation)
        }
        let (parent, version) = try store.version(.dataset, try parentName ?? self.parentName(of: name, input: input))
        let text = "\(parent.name)@\(version.number)"
        guard version.manifest != input else { return .isCurrent(parent: text) }
        let values = (recipe.parameters["set"]?.objectValue ?? [:]).compactMapValues(\.stringValue)
        let dataset = try StoredDataset(version.manifest, name: text, in: store)
        // What it was made from counts as a version of the parent also where the parent was named.
        let forked = try DatasetForker(store).fork(
            dataset, of: parent, replacing: input, setting: try Placeholders(values), as: name
        ) { try progress($0, dataset.rowCount) }
        return .updated(forked, parent: text)
    }

    /// The name that stands, or once stood, for what a fork was made from.
    private func parentName(of name: ReferenceName, input: ObjectID) throws -> ReferenceName {
        let parents = try store.references.all(.dataset).filter { reference in
            reference.name != name && reference.versions.contains { $0.manifest == input }
        }
        // Names that stand for the same now leave nothing to choose.
        guard let first = parents.first else { throw DatasetRegistryError.parentGone(name: name.text) }
        guard Set(parents.map(\.current.manifest)).count == 1 else {
            throw DatasetRegistryError.severalParents(name: name.text, parents: parents.map(\.name.text))
        }
        return first.name
    }
}
