import ContentStore
import DatasetRegistry
import SystemPackage

/// What a person writes to mean something in a store: `NAME`, `NAME@2` for its second version, or `NAME@TAG`.
struct VersionedName {
    let name: ReferenceName
    let selector: VersionSelector

    init(_ text: String) throws {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        name = try ReferenceName(String(parts[0]))
        selector = parts.count == 2 ? try VersionSelector(String(parts[1])) : .current
    }

    /// Nothing collects it while the store is open.
    func resolve(_ kind: ReferenceKind, in store: Store) throws -> (reference: Reference, version: Reference.Version) {
        try store.version(kind, name, selector)
    }

    /// As written, without a version where it is the current one.
    static func text(_ reference: Reference, _ version: Reference.Version) -> String {
        version == reference.current ? reference.name.text : "\(reference.name)@\(version.number)"
    }
}

extension Store {
    /// The dataset that a person means.
    func dataset(_ text: String) throws -> StoredDataset {
        let (reference, version) = try VersionedName(text).resolve(.dataset, in: self)
        return try StoredDataset(version.manifest, name: VersionedName.text(reference, version), in: self)
    }
}
