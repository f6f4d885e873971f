import Foundation
import SystemPackage

/// Takes away what no name needs, and never what a running reader or writer uses.
///
/// docs/decisions/0004 says how readers are seen. A kill at any moment leaves fewer objects that nobody needs, and
/// nothing else.
public struct Collector {
    /// An object that goes.
    public struct Item: Sendable, Hashable {
        public let id: ObjectID
        public let bytes: Int
    }

    /// A version that the policy gives up.
    public struct DroppedVersion: Sendable, Hashable {
        public let kind: ReferenceKind
        public let name: ReferenceName
        public let version: Int
    }

    /// A name of something that can be made again.
    public struct DerivedName: Sendable, Hashable {
        public let kind: ReferenceKind
        public let name: ReferenceName
    }

    public struct Collection: Sendable, Hashable {
        public internal(set) var dropped: [DroppedVersion] = []
        /// Names of derived objects that go: what they were made from is not kept, or the policy keeps none.
        public internal(set) var droppedNames: [DerivedName] = []
        /// Those in parts before the whole ones, each sorted by their names.
        public internal(set) var removed: [Item] = []
        public internal(set) var keptCount = 0
        public internal(set) var keptBytes = 0
        /// Manifests that no name stands for, and that are kept because somebody reads them.
        public internal(set) var heldCount = 0

        public var removedBytes: Int { removed.reduce(0) { $0 + $1.bytes } }
    }

    private let store: Store
    private let policy: RetentionPolicy

    public init(_ store: Store, policy: RetentionPolicy = RetentionPolicy()) {
        self.store = store
        self.policy = policy
    }

    /// What `run` would do now.
    ///
    /// - Throws: as `run`.
    public func plan() throws(ContentStoreError) -> Collection {
        try store.references.readingAll { references throws(ContentStoreError) in
            var collection = Collection()
            collection.dropped = dropped(references)
            let gone = Set(collection.dropped)
            collection.droppedNames = try droppedNames(references, dropping: gone)
            let goneNames = Set(collection.droppedNames)
            let kept = references.filter {
                !goneNames.contains(DerivedName(kind: $0.kind, name: $0.name))
            }.flatMap { reference in
                reference.keptVersions.filter {
                    !gone.contains(.init(kind: reference.kind, name: reference.name, version: $0.number))
                }.map(\.manifest)
            }
            try judge(kept: Set(kept), in: &collection)
            return collection
        }
    }

    /// Gives up the versions that the policy does not keep, and removes every object that no name needs any more.
    ///
    /// - Parameters:
    ///   - settling: told each second how many more it waits until readers on other hosts must have seen that it
    ///     collects; what it throws ends the work.
    ///   - progress: told the objects removed, and of all; what it throws ends the work, which can be taken up again.
    /// - Throws: `ContentStoreError.busy`; `damagedReference`, `missingObject` and others where what a name needs
    ///   cannot be known for certain: nothing is removed then.
    public func run(
        waiting seconds: Double = Store.patience, settling: (Double) throws -> Void = { _ in },
        progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
    ) throws -> Collection {
        var gone: [DroppedVersion] = []
        var goneNames: [DerivedName] = []
        if try !policy.keepsAll || store.references.everything().contains(where: { $0.kind.isDerived }) {
            (gone, goneNames) = try store.write(waiting: seconds) { writer in
                let references = try store.references.everything()
                let gone = dropped(references)
                for item in gone { writer.drop(item.kind, item.name, version: item.version) }
                let names = try droppedNames(references, dropping: Set(gone))
                for item in names { writer.remove(item.kind, item.name) }
                return (gone, names)
            }
        }
        return try store.withLease(waiting: seconds) { lease in
            // Whoever begins to read from now on waits, and whoever did before is written down.
            try FileSystem.remove(store.collectorMark)
            try FileSystem.write([], to: store.collectorMark)
            defer {
                // One that stays is swept by the next writer, and by readers that wait for it.
                try? FileSystem.remove(store.collectorMark)
            }
            try settle(telling: settling, lease)
            var collection = Collection()
            collection.dropped = gone
            collection.droppedNames = goneNames
            // Every name must be readable: of one that is not nobody knows what it needs.
            let kept = try store.references.everything().flatMap { $0.keptVersions.map(\.manifest) }
            let needed = try judge(kept: Set(kept), in: &collection)
            try remove(collection, needed: needed, lease, progress: progress)
            return collection
        }
    }

    /// Other hosts may see an old folder for a while; the lease must not be taken for a dead one's meanwhile.
    private func settle(telling: (Double) throws -> Void, _ lease: WriterLease) throws {
        guard try !FileSystem.isLocal(store.root) else { return }
        for second in 0..<Int(Self.settlingSeconds) {
            try telling(Self.settlingSeconds - Double(second))
            usleep(1_000_000)
            try lease.renew()
        }
    }

    /// Twice what network file systems commonly keep of a folder (nfs(5), acdirmax).
    static let settlingSeconds = 120.0

    private func dropped(_ references: [Reference]) -> [DroppedVersion] {
        references.flatMap { reference in
            policy.dropped(of: reference, now: Int(LeaseRecord.now)).map {
                DroppedVersion(kind: reference.kind, name: reference.name, version: $0)
            }
        }
    }

    /// Derived names whose source no version that is kept stands for, that are damaged, or that the policy gives up.
    private func droppedNames(
        _ references: [Reference], dropping gone: Set<DroppedVersion>
    ) throws(ContentStoreError) -> [DerivedName] {
        var kept: Set<ObjectID> = []
        for reference in references where !reference.kind.isDerived {
            for version in reference.keptVersions
            where !gone.contains(.init(kind: reference.kind, name: reference.name, version: version.number)) {
                kept.insert(version.manifest)
            }
        }
        var names: [DerivedName] = []
        for reference in references where reference.kind.isDerived {
            var isNeeded = !policy.dropsDerived
            do {
                let source = try store.manifest(reference.current.manifest).recipe.inputs.first
                isNeeded = isNeeded && source.map { kept.contains($0) } ?? false
            } catch {
                // Nobody can use it, and it is made again.
                guard error.isLostObject else { throw error }
                isNeeded = false
            }
            if !isNeeded { names.append(DerivedName(kind: reference.kind, name: reference.name)) }
        }
        return names
    }

    /// Finds out what is not needed.
    ///
    /// - Returns: the manifests that are.
    @discardableResult
    private func judge(
        kept: Set<ObjectID>, in collection: inout Collection
    ) throws(ContentStoreError) -> Set<ObjectID> {
        let listing = try store.objects.list()
        var needed = Set<ObjectID>()
        for id in kept {
            needed.insert(id)
            needed.formUnion(try store.manifest(id).objects.map(\.id))
        }
        let held = try ReaderLease.manifests(in: store.leaseFolder, now: try store.fileSystemTime()).subtracting(kept)
        for id in held {
            do {
                let objects = try store.manifest(id).objects
                needed.insert(id)
                needed.formUnion(objects.map(\.id))
                collection.heldCount += 1
            } catch {
                // Lost or none: its reader has found out, or will.
                guard error.isLostObject else { throw error }
            }
        }
        // A parts file that cannot be read stops it as a manifest would: nobody knows what it needs.
        for id in needed.intersection(listing.inParts) { needed.formUnion(try store.objects.bases(of: id).map(\.id)) }
        // Those in parts go first, so that none is ever there without what it takes them of.
        for id in listing.ids.filter(listing.inParts.contains) + listing.ids.filter({ !listing.inParts.contains($0) }) {
            guard let bytes = try store.objects.fileSize(of: id) else { continue }
            if needed.contains(id) {
                collection.keptCount += 1
                collection.keptBytes += bytes
            } else {
                collection.removed.append(Item(id: id, bytes: bytes))
            }
        }
        return kept.union(held)
    }

    private func remove(
        _ collection: Collection, needed: Set<ObjectID>, _ lease: WriterLease, progress: (Int, Int) throws -> Void
    ) throws {
        for name in try FileSystem.list(store.viewFolder) {
            // A view is a manifest's: without it, its links lead nowhere.
            guard let id = ObjectID(hex: name), !needed.contains(id) else { continue }
            try FileSystem.removeTree(store.viewFolder.appending(name))
        }
        let listing = try store.objects.list()
        for id in listing.superseded { try FileSystem.remove(store.objects.partsPath(of: id)) }
        var hasRemovedParts = false
        for (index, item) in collection.removed.enumerated() {
            // Whoever took the lease over may need just this one.
            try lease.check()
            if listing.inParts.contains(item.id) {
                hasRemovedParts = true
            } else if hasRemovedParts {
                try FileSystem.synchroniseAll(on: store.objects.root)
                hasRemovedParts = false
            }
            let path = store.objects.path(of: item.id)
            try FileSystem.remove(store.objects.partsPath(of: item.id))
            try FileSystem.remove(path)
            try FileSystem.removeFolderIfEmpty(path.removingLastComponent())
            if index % 256 == 0 { try lease.renew() }
            try progress(index + 1, collection.removed.count)
        }
    }
}
