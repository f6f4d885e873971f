import SystemPackage

/// What takes how much space in a store.
public struct StoreUsage: Sendable, Hashable {
    /// A name with all its versions.
    public struct Name: Sendable, Hashable {
        public let kind: ReferenceKind
        public let name: ReferenceName
        public let versions: Int
        /// All that it needs, each object counted once.
        public let bytes: Int
        /// What no other name needs: removing the name would free so much.
        public let ownBytes: Int

        public var sharedBytes: Int { bytes - ownBytes }
    }

    /// By kind and name.
    public private(set) var names: [Name] = []
    public private(set) var objectCount = 0
    public private(set) var objectBytes = 0
    /// Objects that no name needs; a collection removes them, unless somebody reads them.
    public private(set) var unreachableCount = 0
    public private(set) var unreachableBytes = 0
    public private(set) var indexBytes = 0
    /// What writers that are at work, or died, have staged.
    public private(set) var stagedBytes = 0

    /// - Throws: `ContentStoreError` where a name or a manifest cannot be read.
    public init(of store: Store) throws(ContentStoreError) {
        self = try store.references.readingAll { references throws(ContentStoreError) in
            try StoreUsage(of: store, references)
        }
    }

    private init(of store: Store, _ references: [Reference]) throws(ContentStoreError) {
        let listing = try store.objects.list()
        var needs: [Set<ObjectID>] = []
        var users: [ObjectID: Int] = [:]
        for reference in references {
            var needed = Set<ObjectID>()
            for id in Set(reference.keptVersions.map(\.manifest)) {
                needed.insert(id)
                needed.formUnion(try store.manifest(id).objects.map(\.id))
            }
            for id in needed.intersection(listing.inParts) {
                needed.formUnion(try store.objects.bases(of: id).map(\.id))
            }
            for id in needed { users[id, default: 0] += 1 }
            needs.append(needed)
        }
        var sizes: [ObjectID: Int] = [:]
        for id in listing.ids {
            let bytes = try store.objects.fileSize(of: id) ?? 0
            sizes[id] = bytes
            objectCount += 1
            objectBytes += bytes
            if users[id] == nil {
                unreachableCount += 1
                unreachableBytes += bytes
            }
        }
        for (reference, needed) in zip(references, needs) {
            names.append(
                Name(
                    kind: reference.kind, name: reference.name, versions: reference.keptVersions.count,
                    bytes: needed.reduce(0) { $0 + (sizes[$1] ?? 0) },
                    ownBytes: needed.reduce(0) { $0 + (users[$1] == 1 ? sizes[$1] ?? 0 : 0) }))
        }
        for suffix in StoreIndex.fileSuffixes {
            indexBytes += try FileSystem.sizeIfThere(FilePath(store.indexPath.string + suffix)) ?? 0
        }
        stagedBytes = try FileSystem.treeSize(store.temporaryFolder)
    }
}
