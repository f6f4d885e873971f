import Dispatch
import SystemPackage

/// Re-reads every byte of a store, over all processors, and finds out what damage hurts.
public struct Verifier {
    private let store: Store
    private let thoroughness: Verification.Thoroughness
    private var result = Verification()
    private var uses: ObjectUses?

    public init(_ store: Store, thoroughness: Verification.Thoroughness = .full) {
        self.store = store
        self.thoroughness = thoroughness
    }

    /// - Parameters:
    ///   - name: only what this dataset is made of; nil for the whole store.
    ///   - selector: only this version of it; nil for all.
    ///   - progress: told the bytes read so far, and of all; from any thread.
    /// - Throws: where the system cannot read at all; damage is in the result.
    public mutating func run(
        only name: ReferenceName? = nil, version selector: VersionSelector? = nil, threadCount: Int,
        progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void
    ) throws(ContentStoreError) -> Verification {
        result.thoroughness = thoroughness
        let wanted = name.map { ($0, selector) }
        let uses = try ObjectUses(of: store, only: wanted)
        self.uses = uses
        result.problems = uses.problems
        result.referenceCount = uses.referenceCount
        var ids = Set(uses.uses.keys)
        if name == nil {
            try checkFormat()
            let listing = try store.objects.list()
            if thoroughness == .full {
                ids.formUnion(listing.ids)
            } else {
                result.uncheckedCount = Set(listing.ids).subtracting(ids).count
            }
            for path in listing.strangers {
                result.problems.append(
                    .init(defect: .stranger, object: path.string, detail: "is no object; remove it", harm: []))
            }
        }
        try check(ids.sorted(), threadCount: threadCount, progress: progress)
        try forgetWhatIsGone(only: wanted)
        return result
    }

    /// A store that says it is of an earlier format than what is in it was changed by nobody here.
    private mutating func checkFormat() throws(ContentStoreError) {
        let needed = try store.neededFormat()
        guard let format = try FileSystem.readIfThere(store.formatPath).flatMap(StoreFormat.init(line:)),
            format < needed
        else { return }
        result.problems.append(
            .init(
                defect: .malformed, object: store.formatPath.string,
                detail: "says \(format.rawValue), but the store is of format \(needed.rawValue); write the line"
                    + " \"\(needed.words)\" into it", harm: []))
    }

    /// Names may go while a store is verified, and their objects with the next collection: what was found wrong is a
    /// problem only where it still is one.
    private mutating func forgetWhatIsGone(
        only wanted: (name: ReferenceName, selector: VersionSelector?)?
    ) throws(ContentStoreError) {
        guard result.problems.contains(where: { $0.defect == .missing || $0.defect == .damaged }) else { return }
        let now: ObjectUses
        do {
            now = try ObjectUses(of: store, only: wanted)
        } catch {
            guard case .unknownName = error else { throw error }
            result.problems.removeAll { $0.defect == .missing }
            return
        }
        result.problems.removeAll { problem in
            guard let id = ObjectID(hex: problem.object) else { return false }
            switch problem.defect {
            case .missing: return now.uses[id] == nil || store.objects.has(id)
            // What it takes parts of may have gone under it, after it had gone itself.
            case .damaged: return now.uses[id] == nil && !store.objects.has(id)
            default: return false
            }
        }
    }

    private mutating func check(
        _ ids: [ObjectID], threadCount: Int, progress: @escaping @Sendable (Int, Int) -> Void
    ) throws(ContentStoreError) {
        var total = 0
        for id in ids { total += try store.objects.byteCount(of: id) }
        let allBytes = total
        // A manifest has no witness, and is small.
        let named = thoroughness == .full ? Set(ids) : uses?.manifests ?? []
        let queue = HashingQueue(ids, in: store.objects, named: named) { progress($0, allBytes) }
        DispatchQueue.concurrentPerform(iterations: max(1, threadCount)) { _ in queue.work() }
        for (id, outcome) in zip(ids, queue.outcomes) { judge(id, outcome) }
        result.byteCount += queue.byteCount
    }

    private mutating func judge(_ id: ObjectID, _ outcome: Result<HashingQueue.Finding, ContentStoreError>) {
        let witnesses = uses?.witnesses[id] ?? []
        let defect: (Verification.Problem.Defect, String)?
        switch outcome {
        case .failure(let error): defect = (.damaged, Self.cause(error, of: id))
        case .success(.nothing): defect = (.missing, "is not there")
        case .success(.object(let object)) where object.id != id:
            defect = (.damaged, "has \(object.bytes) bytes with the SHA-1 \(object.id)\(takings(of: id))")
        case .success(.object(let object)) where !witnesses.subtracting([object.witness]).isEmpty:
            defect = (.mismatched, "has XXH3 \(object.witness.xxh3), not the one in its manifest")
        case .success(.witness(let witness)) where !witnesses.subtracting([witness]).isEmpty:
            defect = (
                .damaged,
                "has \(witness.bytes) bytes with the XXH3 \(witness.xxh3), not what its manifest says\(takings(of: id))"
            )
        case .success: defect = nil
        }
        result.objectCount += 1
        guard let defect else { return }
        result.problems.append(
            .init(defect: defect.0, object: id.hex, detail: defect.1, harm: uses?.uses[id] ?? []))
    }

    /// Why an object cannot be read, without the advice to ask `ds verify`, which says this.
    private static func cause(_ error: ContentStoreError, of id: ObjectID) -> String {
        switch error {
        case .missingObject(let base, let path) where base != id:
            "takes pieces of \(base), which is missing (\(path))"
        case .damagedObject(let base, let path) where base != id:
            "takes pieces of \(base), which is damaged (\(path))"
        case .damagedObject(_, let path): "is in parts, and the file that says which was changed (\(path))"
        case .malformedParts(_, let path, let problem): "is in parts that cannot be (\(path) \(problem))"
        default: "cannot be read: \(error.description)"
        }
    }

    /// Of a damaged object in parts, what it takes them of: its own file was compared with its check already.
    private func takings(of id: ObjectID) -> String {
        guard let bases = try? store.objects.bases(of: id), !bases.isEmpty else { return "" }
        return "; it takes pieces of \(bases.map(\.id.hex).joined(separator: ", "))"
    }
}
