import ContentStore
import DatasetRegistry
import SystemPackage

/// What a person writes to mean something in a store: `NAME`, or `NAME@2` for its second version.
struct VersionedName {
    let name: ReferenceName
    let version: Int?

    init(_ text: String) throws {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        name = try ReferenceName(String(parts[0]))
        guard parts.count == 2 else {
            version = nil
            return
        }
        guard let number = Int(parts[1]) else {
            throw CommandError.invalidMapping(
                option: "name", text: text, problem: "what follows @ is a version's number, as ds log shows them")
        }
        version = number
    }

    func resolve(_ kind: ReferenceKind, in store: Store) throws -> (reference: Reference, version: Reference.Version) {
        let reference = try store.references.get(kind, name)
        return (reference, try version.map { try reference.version($0) } ?? reference.current)
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
