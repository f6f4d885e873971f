import ContentStore
import SystemPackage

/// What a person writes to mean anything that has a name: `NAME`, `runs/NAME`, `models/NAME`, or the folder that a
/// training wrote into.
struct KindedName {
    let kind: ReferenceKind
    let name: ReferenceName

    init(_ text: String) throws {
        for kind in ReferenceKind.allCases where text.hasPrefix("\(kind.rawValue)s/") {
            self.kind = kind
            name = try ReferenceName(String(text.dropFirst(kind.rawValue.count + 2)))
            return
        }
        if text.contains("/"), let note = try RunNote(folder: FilePath(text)) {
            kind = .run
            name = try ReferenceName(note.run)
            return
        }
        kind = .dataset
        name = try ReferenceName(text)
    }

    /// A plain name is a dataset's, else a run's or a model's.
    func resolve(in store: Store) throws -> Reference {
        if try store.references.find(kind, name) == nil, kind == .dataset {
            for other in [ReferenceKind.run, .model] {
                if let reference = try store.references.find(other, name) { return reference }
            }
        }
        return try store.references.get(kind, name)
    }
}
