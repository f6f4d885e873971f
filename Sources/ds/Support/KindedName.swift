import ContentStore
import SystemPackage

/// What a person writes to mean anything that has a name: `NAME`, `runs/NAME`, `models/NAME`, each with `@2` or `@TAG`
/// for a version of it, or the folder that a training wrote into.
struct KindedName {
    let kind: ReferenceKind
    let name: ReferenceName
    /// nil where no version was written.
    let selector: VersionSelector?

    init(_ text: String) throws {
        for kind in ReferenceKind.allCases where text.hasPrefix("\(kind.rawValue)s/") {
            self.init(kind, try VersionedName(String(text.dropFirst(kind.rawValue.count + 2))))
            return
        }
        if text.contains("/"), let note = try RunNote(folder: FilePath(text)) {
            self.init(.run, try VersionedName(note.run))
            return
        }
        self.init(.dataset, try VersionedName(text))
    }

    private init(_ kind: ReferenceKind, _ versioned: VersionedName) {
        self.kind = kind
        name = versioned.name
        selector = versioned.selector == .current ? nil : versioned.selector
    }

    /// A plain name is a dataset's, else a run's or a model's.
    func resolve(in store: Store) throws(ContentStoreError) -> Reference {
        if try store.references.find(kind, name) == nil, kind == .dataset {
            for other in [ReferenceKind.run, .model] {
                if let reference = try store.references.find(other, name) { return reference }
            }
        }
        return try store.references.get(kind, name)
    }

    /// The versions that are meant: the one that was written, or all that were not dropped.
    func versions(of reference: Reference) throws -> [Reference.Version] {
        try selector.map { [try reference.version($0)] } ?? reference.keptVersions
    }
}
