/// What each object is a part of, as the names say that can be read.
struct ObjectUses {
    private(set) var uses: [ObjectID: [Verification.Harm]] = [:]
    private(set) var witnesses: [ObjectID: Set<Witness>] = [:]
    private(set) var manifests: Set<ObjectID> = []
    private(set) var problems: [Verification.Problem] = []
    private(set) var referenceCount = 0
    private let store: Store
    private let mending: Mending

    /// - Parameter only: only a version of this dataset, or all of them; nil for everything that has a name.
    /// - Throws: `unknownName` and what `Reference.version(_:)` throws, and where the system cannot read at all.
    init(
        of store: Store, only wanted: (name: ReferenceName, selector: VersionSelector?)?
    ) throws(ContentStoreError) {
        self.store = store
        var verified: [(Reference, [Reference.Version])] = []
        var known: [Reference] = []
        var problems: [Verification.Problem] = []
        for kind in ReferenceKind.allCases {
            for reference in try Self.references(kind, of: store, only: wanted?.name, problems: &problems) {
                // Also of those that are not verified: one may be the parent of one that is.
                known.append(reference)
                guard let wanted else {
                    verified.append((reference, reference.keptVersions))
                    continue
                }
                guard (kind, reference.name) == (.dataset, wanted.name) else { continue }
                verified.append(
                    (
                        reference,
                        try wanted.selector.map { selector throws(ContentStoreError) in
                            [try reference.version(selector)]
                        } ?? reference.keptVersions
                    ))
            }
        }
        // A name that is not there is the caller's mistake, unless its file is and cannot be read.
        if let wanted, verified.isEmpty, problems.isEmpty { _ = try store.references.get(.dataset, wanted.name) }
        self.problems = problems
        mending = Mending(references: known)
        for (reference, versions) in verified { try collect(reference, versions) }
    }

    /// What references can be read; what is wrong with others is a problem where they are to be verified.
    private static func references(
        _ kind: ReferenceKind, of store: Store, only wanted: ReferenceName?,
        problems: inout [Verification.Problem]
    ) throws(ContentStoreError) -> [Reference] {
        let (names, strangers) = try store.references.list(kind)
        for path in strangers where wanted == nil {
            problems.append(.init(defect: .stranger, object: path.string, detail: "is no name; remove it", harm: []))
        }
        var references: [Reference] = []
        for name in names {
            do {
                if let reference = try store.references.find(kind, name) { references.append(reference) }
            } catch {
                guard case .damagedReference(let path, let problem) = error else { throw error }
                guard wanted == nil || (kind, name) == (.dataset, wanted) else { continue }
                let harm = Verification.Harm(
                    kind: kind, name: name.text, version: 0, part: "all of it",
                    mend: Mending(references: []).command(kind, name.text, number: 0, nil))
                problems.append(.init(defect: .malformed, object: path.string, detail: problem, harm: [harm]))
            }
        }
        return references
    }

    private mutating func collect(
        _ reference: Reference, _ versions: [Reference.Version]
    ) throws(ContentStoreError) {
        referenceCount += 1
        for version in versions {
            let mending = mending
            func harm(_ part: String, _ manifest: Manifest?) -> Verification.Harm {
                Verification.Harm(
                    kind: reference.kind, name: reference.name.text, version: version.number, part: part,
                    mend: mending.command(reference, version, manifest))
            }
            manifests.insert(version.manifest)
            do throws(ContentStoreError) {
                let manifest = try store.manifest(version.manifest)
                guard manifest.kind == reference.kind else {
                    throw ContentStoreError.malformedManifest(
                        id: version.manifest,
                        problem: "is a \(manifest.kind.rawValue)'s, not a \(reference.kind.rawValue)'s")
                }
                uses[version.manifest, default: []].append(harm("all of it", manifest))
                for (index, object) in manifest.objects.enumerated() {
                    uses[object.id, default: []].append(harm(manifest.part(index), manifest))
                    witnesses[object.id, default: []].insert(object.witness)
                }
            } catch {
                uses[version.manifest, default: []].append(harm("all of it", nil))
                switch error {
                case .missingObject, .damagedObject, .malformedParts: break  // Found out about with the other objects.
                case .malformedManifest(let id, let problem):
                    problems.append(
                        .init(defect: .malformed, object: id.hex, detail: problem, harm: [harm("all of it", nil)]))
                default: throw error
                }
            }
        }
    }
}
