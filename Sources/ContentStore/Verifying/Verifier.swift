import Dispatch
import Synchronization
import SystemPackage

/// Re-reads every byte of a store against its SHA-1, over all processors, and finds out what damage hurts.
public struct Verifier {
    private let store: Store
    private var result = Verification()
    /// What each object is a part of.
    private var uses: [ObjectID: [Verification.Harm]] = [:]
    private var witnesses: [ObjectID: Set<Witness>] = [:]
    /// A name for each manifest that has one.
    private var names: [ObjectID: String] = [:]

    public init(_ store: Store) { self.store = store }

    /// - Parameters:
    ///   - name: only what this dataset is made of; nil for the whole store.
    ///   - progress: told the bytes read so far, and of all; from any thread.
    /// - Throws: where the system cannot read at all; damage is in the result.
    public mutating func run(
        only name: ReferenceName? = nil, threadCount: Int,
        progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
    ) throws(ContentStoreError) -> Verification {
        if let name, try !store.references.list(.dataset).names.contains(name) {
            _ = try store.references.get(.dataset, name)
        }
        var verified: [Reference] = []
        for kind in ReferenceKind.allCases {
            for reference in try references(kind, only: name) {
                // Also of those that are not verified: one may be the parent of one that is.
                for version in reference.versions { names[version.manifest] = reference.name.text }
                if name == nil || (kind, reference.name) == (.dataset, name) { verified.append(reference) }
            }
        }
        for reference in verified { try collect(reference) }
        var ids = Set(uses.keys)
        if name == nil {
            let (all, strangers) = try store.objects.list()
            ids.formUnion(all)
            for path in strangers {
                result.problems.append(
                    .init(defect: .stranger, object: path.string, detail: "is no object; remove it", harm: []))
            }
        }
        try check(ids.sorted(), threadCount: threadCount, progress: progress)
        return result
    }

    /// What references can be read; what is wrong with others is a problem where they are to be verified.
    private mutating func references(
        _ kind: ReferenceKind, only wanted: ReferenceName?
    ) throws(ContentStoreError) -> [Reference] {
        let (names, strangers) = try store.references.list(kind)
        for path in strangers where wanted == nil {
            result.problems.append(
                .init(defect: .stranger, object: path.string, detail: "is no name; remove it", harm: []))
        }
        var references: [Reference] = []
        for name in names {
            do {
                if let reference = try store.references.find(kind, name) { references.append(reference) }
            } catch {
                guard case .damagedReference(let path, let problem) = error else { throw error }
                guard wanted == nil || (kind, name) == (.dataset, wanted) else { continue }
                let harm = Verification.Harm(
                    kind: kind, name: name.text, version: 0, part: "all of it", mend: mend(kind, name.text, nil))
                result.problems.append(
                    .init(defect: .malformed, object: path.string, detail: problem, harm: [harm]))
            }
        }
        return references
    }

    private mutating func collect(_ reference: Reference) throws(ContentStoreError) {
        result.referenceCount += 1
        for version in reference.versions {
            func harm(_ part: String, _ manifest: Manifest?) -> Verification.Harm {
                Verification.Harm(
                    kind: reference.kind, name: reference.name.text, version: version.number, part: part,
                    mend: mend(reference.kind, reference.name.text, manifest))
            }
            do {
                let manifest = try store.manifest(version.manifest)
                uses[version.manifest, default: []].append(harm("all of it", manifest))
                for (index, object) in manifest.objects.enumerated() {
                    uses[object.id, default: []].append(harm(manifest.part(index), manifest))
                    witnesses[object.id, default: []].insert(object.witness)
                }
            } catch {
                uses[version.manifest, default: []].append(harm("all of it", nil))
                switch error {
                case .missingObject, .damagedObject: break  // Found out about with the other objects.
                case .malformedManifest(let id, let problem):
                    result.problems.append(
                        .init(defect: .malformed, object: id.hex, detail: problem, harm: [harm("all of it", nil)]))
                default: throw error
                }
            }
        }
    }

    /// The command that makes what is hurt again, and so mends it.
    private func mend(_ kind: ReferenceKind, _ name: String, _ manifest: Manifest?) -> String {
        switch (kind, manifest) {
        case (.dataset, .dataset(let dataset)) where dataset.recipe.operation == "fork":
            let settings = (dataset.recipe.parameters["set"]?.objectValue ?? [:]).sorted { $0.key < $1.key }
                .map { "--set \(ShellWord.quoted("\($0.key)=\($0.value.stringValue ?? "…")"))" }
            let parent = dataset.recipe.inputs.first.flatMap { names[$0] } ?? "PARENT"
            return (["ds fork", parent] + settings + ["--name", name]).joined(separator: " ")
        case (.dataset, .dataset(let dataset)):
            return "ds add \(ShellWord.quoted(dataset.source.file)) --name \(name)"
        case (.dataset, _): return "ds add FILE --name \(name)"
        case (.model, .model(let model)):
            return "ds model add \(ShellWord.quoted(model.files.first?.name ?? "FILE")) --name \(name)"
        case (.model, _): return "ds model add FILE --name \(name)"
        case (.run, _): return "ds train, with the settings that ds log runs/\(name) shows"
        }
    }

    private mutating func check(
        _ ids: [ObjectID], threadCount: Int, progress: @escaping @Sendable (Int, Int) -> Void
    ) throws(ContentStoreError) {
        var total = 0
        for id in ids {
            let path = store.objects.path(of: id)
            if FileSystem.exists(path) { total += try FileSystem.size(path) }
        }
        let allBytes = total
        let next = Atomic<Int>(0)
        let done = Atomic<Int>(0)
        let found = Mutex<[(Int, Result<StoredObject?, ContentStoreError>)]>([])
        let objects = store.objects
        DispatchQueue.concurrentPerform(iterations: max(1, threadCount)) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < ids.count else { return }
                let outcome = Result { () throws(ContentStoreError) in
                    try objects.identity(of: ids[index]) { count in
                        progress(done.wrappingAdd(count, ordering: .relaxed).newValue, allBytes)
                    }
                }
                found.withLock { $0.append((index, outcome)) }
            }
        }
        for (index, outcome) in found.withLock({ $0 }).sorted(by: { $0.0 < $1.0 }) {
            judge(ids[index], outcome)
        }
        result.byteCount += done.load(ordering: .relaxed)
    }

    private mutating func judge(_ id: ObjectID, _ outcome: Result<StoredObject?, ContentStoreError>) {
        let defect: (Verification.Problem.Defect, String)?
        switch outcome {
        case .failure(let error): defect = (.damaged, "cannot be read: \(error.description)")
        case .success(nil): defect = (.missing, "is not there")
        case .success(let object?) where object.id != id:
            defect = (.damaged, "has \(object.bytes) bytes with the SHA-1 \(object.id)")
        case .success(let object?) where !(witnesses[id] ?? []).subtracting([object.witness]).isEmpty:
            defect = (.mismatched, "has XXH3 \(object.witness.xxh3), not the one in its manifest")
        case .success: defect = nil
        }
        result.objectCount += 1
        guard let defect else { return }
        result.problems.append(
            .init(defect: defect.0, object: id.hex, detail: defect.1, harm: uses[id] ?? []))
    }
}
