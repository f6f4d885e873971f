import SystemPackage

/// Puts objects that are damaged or missing back, from another store or from the file that they were cut from.
///
/// Nothing is put in place whose SHA-1 is not the object's name, and whose length and XXH3 are not the manifest's.
public struct Restorer {
    /// Where bytes come from.
    public enum Source: Sendable {
        case store(Store)
        case file(FilePath)
        /// A folder of files, a model's say.
        case folder(FilePath)
    }

    public struct Restoration: Sendable, Hashable {
        /// Objects that were put back.
        public internal(set) var restored: [ObjectID] = []
        /// Objects that the source does not have.
        public internal(set) var notFound: [ObjectID] = []
        public internal(set) var intactCount = 0

        /// What was done after a second attempt: what it found intact, and this one had not, the first one lacked.
        public func after(_ second: Restoration) -> Restoration {
            let mended = notFound.filter { !second.notFound.contains($0) }
            return Restoration(
                restored: restored + mended, notFound: second.notFound, intactCount: intactCount)
        }
    }

    private let store: Store
    private let source: Source

    public init(_ store: Store, from source: Source) {
        self.store = store
        self.source = source
    }

    /// Restores what a manifest is made of, and the manifest itself.
    ///
    /// - Throws: `ContentStoreError.missingObject` or `damagedObject` where the manifest is lost and the source is no
    ///   store that has it: then nobody knows what else is needed.
    public func restore(manifest id: ObjectID) throws -> Restoration {
        let bases = try restoreBases(of: id)
        return try store.write { writer in
            var restoration = Restoration()
            restoration.restored = bases
            var manifest: Manifest
            do throws(ContentStoreError) {
                manifest = try store.manifest(id)
                restoration.intactCount += 1
            } catch {
                guard error.isLostObject, case .store(let other) = source else { throw error }
                manifest = try other.manifest(id)
                try writer.stage(manifest)
                restoration.restored.append(id)
            }
            var wanted: [(object: StoredObject, place: Place)] = []
            for (object, place) in places(of: manifest) where !wanted.contains(where: { $0.object.id == object.id }) {
                if (try? store.objects.check(object)) != nil {
                    restoration.intactCount += 1
                } else {
                    wanted.append((object, place))
                }
            }
            for (object, place) in wanted {
                try restore(object.id, object.witness, at: [place], writer, &restoration)
            }
            return restoration
        }
    }

    /// Restores what damaged objects in parts take pieces of, as far as the source has it: that mends all that do.
    private func restoreBases(of id: ObjectID) throws -> [ObjectID] {
        let manifest: Manifest
        do throws(ContentStoreError) {
            manifest = try store.manifest(id)
        } catch {
            guard error.isLostObject, case .store(let other) = source else { throw error }
            manifest = try other.manifest(id)
        }
        var lost: [StoredObject] = []
        for object in manifest.objects where store.objects.form(of: object.id) == .inParts {
            guard (try? store.objects.check(object)) == nil, let bases = try? store.objects.bases(of: object.id) else {
                continue
            }
            for base in bases where !lost.contains(base) && (try? store.objects.check(base)) == nil {
                lost.append(base)
            }
        }
        guard !lost.isEmpty else { return [] }
        return try store.write { writer in
            var restoration = Restoration()
            for base in lost {
                let places = try uses(of: base.id).places + [.whole]
                try restore(base.id, base.witness, at: places, writer, &restoration)
            }
            // What the source does not have of them the objects do without: they are restored whole.
            return restoration.restored
        }
    }

    /// Restores a name whose file is damaged, with all it stands for, from another store that has the name.
    ///
    /// - Throws: `ContentStoreError.damagedReference` where the source is no store.
    public func restore(name: ReferenceName, of kind: ReferenceKind) throws -> Restoration {
        guard case .store(let other) = source else { return try restoreVersions(try store.references.get(kind, name)) }
        let reference: Reference
        do throws(ContentStoreError) {
            reference = try store.references.get(kind, name)
        } catch {
            guard case .damagedReference = error else { throw error }
            let restoration = try restoreVersions(try other.references.get(kind, name))
            try store.write { $0.adopt(try other.references.get(kind, name)) }
            return restoration
        }
        return try restoreVersions(reference)
    }

    private func restoreVersions(_ reference: Reference) throws -> Restoration {
        var all = Restoration()
        for version in reference.keptVersions {
            let one = try restore(manifest: version.manifest)
            all.restored += one.restored
            all.notFound += one.notFound
            all.intactCount += one.intactCount
        }
        return all
    }

    /// Restores one object.
    ///
    /// - Throws: `ContentStoreError` where the source cannot be read.
    public func restore(object id: ObjectID) throws -> Restoration {
        try store.write { writer in
            var restoration = Restoration()
            if try isIntact(id) {
                restoration.intactCount = 1
                return restoration
            }
            let (witness, places) = try uses(of: id)
            try restore(id, witness, at: places + [.whole], writer, &restoration)
            return restoration
        }
    }

    private func isIntact(_ id: ObjectID) throws(ContentStoreError) -> Bool {
        do {
            return try store.objects.identity(of: id)?.id == id
        } catch {
            guard error.isLostObject else { throw error }
            return false
        }
    }

    /// Where in a source an object's bytes are.
    private enum Place {
        /// The file is the object.
        case whole
        /// A file of this name in a folder.
        case file(String)
        case range(offset: Int, count: Int)
    }

    private func places(of manifest: Manifest) -> [(StoredObject, Place)] {
        switch manifest {
        case .dataset(let dataset):
            return Self.ranges(of: dataset.shards.map(\.object)) + Self.ranges(of: dataset.original?.pieces ?? [])
        case .model(let model): return model.files.map { ($0.object, .file($0.name)) }
        case .run(let run): return run.files.map { ($0.object, .file($0.name)) }
        // A file of rows has no tokens; another store may have them.
        case .tokenization(let tokens): return tokens.shards.map { ($0.object, .whole) }
        }
    }

    /// Where objects are in the file that they are, joined.
    private static func ranges(of objects: [StoredObject]) -> [(StoredObject, Place)] {
        var offset = 0
        return objects.map { object in
            defer { offset += object.bytes }
            return (object, .range(offset: offset, count: object.bytes))
        }
    }

    /// What the manifests that can be read say of an object.
    private func uses(of id: ObjectID) throws(ContentStoreError) -> (witness: Witness?, places: [Place]) {
        var witness: Witness?
        var found: [Place] = []
        for kind in ReferenceKind.allCases {
            for reference in try store.references.readable(kind).references {
                for version in reference.keptVersions {
                    guard let manifest = try? store.manifest(version.manifest) else { continue }
                    for (object, place) in places(of: manifest) where object.id == id {
                        witness = object.witness
                        found.append(place)
                    }
                }
            }
        }
        return (witness, found)
    }

    private func restore(
        _ id: ObjectID, _ witness: Witness?, at places: [Place], _ writer: StoreWriter,
        _ restoration: inout Restoration
    ) throws(ContentStoreError) {
        for place in places {
            guard let content = try content(at: place, id) else { continue }
            let found = try content.identity()
            guard found.id == id, witness.map({ $0 == found.witness }) ?? true else { continue }
            switch content {
            case .bytes(let bytes): try writer.stage(bytes)
            case .file(let path):
                guard try writer.stage(contentsOf: path) == found else {
                    throw .system(
                        path: path, .resourceTemporarilyUnavailable, doing: "reading a file that changed meanwhile")
                }
            }
            restoration.restored.append(id)
            return
        }
        restoration.notFound.append(id)
    }

    private enum Content {
        case bytes([UInt8])
        case file(FilePath)

        func identity() throws(ContentStoreError) -> StoredObject {
            switch self {
            case .bytes(let bytes): StoredObject(id: try ObjectID.of(bytes), witness: Witness(of: bytes))
            case .file(let path): try StoredObject.ofFile(at: path)
            }
        }
    }

    /// What the source has at a place, proved by nobody yet.
    private func content(at place: Place, _ id: ObjectID) throws(ContentStoreError) -> Content? {
        let path: FilePath
        switch (source, place) {
        case (.store(let other), _):
            guard other.objects.form(of: id) == .inParts else {
                path = other.objects.path(of: id)
                break
            }
            do {
                return .bytes(try other.objects.readUnchecked(id))
            } catch {
                guard error.isLostObject else { throw error }
                return nil
            }
        case (.file(let file), .range(let offset, let count)):
            return try FileSystem.read(file, offset: offset, count: count).map { .bytes($0) }
        case (.file(let file), _): path = file
        case (.folder(let folder), .file(let name)): path = folder.appending(name)
        case (.folder, _): return nil
        }
        return FileSystem.exists(path) ? .file(path) : nil
    }
}
