import Foundation
import SystemPackage

/// One change of a store, all or nothing: objects are staged, made durable, put in place, and then names move.
///
/// Only `Store.write` makes one, and only while it holds the lease.
public final class StoreWriter {
    private let store: Store
    private let lease: WriterLease
    private let folder: FilePath
    private var staged: [ObjectID: StoredObject] = [:]
    private var changes: [Change] = []
    private var lastRenewal = ContinuousClock.now
    private var fileCount = 0

    init(store: Store, lease: WriterLease) throws(ContentStoreError) {
        self.store = store
        self.lease = lease
        folder = store.temporaryFolder.appending(UUID().uuidString)
        try FileSystem.createFolder(folder)
    }

    // MARK: Staging

    /// Keeps bytes as an object.
    ///
    /// - Throws: `ContentStoreError.collision` where other bytes have their name already.
    @discardableResult
    public func stage(_ bytes: [UInt8]) throws(ContentStoreError) -> StoredObject {
        let object = StoredObject(id: try ObjectID.of(bytes), witness: Witness(of: bytes))
        guard try needsWriting(object) else { return object }
        let path = newPath()
        try FileSystem.write(bytes, to: path)
        try adopt(path, as: object)
        return object
    }

    /// Keeps a file's bytes as an object, in bounded memory.
    ///
    /// - Parameter progress: told the bytes of each piece; what it throws ends the work.
    public func stage(
        contentsOf source: FilePath, progress: (Int) throws(ContentStoreError) -> Void = { _ in }
    ) throws(ContentStoreError) -> StoredObject {
        let path = newPath()
        let file = try NewFile(path: path)
        let hasher = try ContentHasher()
        try FileSystem.read(source) { piece throws(ContentStoreError) in
            hasher.update(piece)
            try file.append(piece)
            try progress(piece.count)
            try self.renewIfDue()
        }
        try file.close()
        let object = hasher.finish()
        if try needsWriting(object) {
            try adopt(path, as: object)
        } else {
            try FileSystem.remove(path)
        }
        return object
    }

    /// Keeps a manifest.
    @discardableResult
    public func stage(_ manifest: Manifest) throws(ContentStoreError) -> ObjectID {
        try stage(try manifest.bytes()).id
    }

    /// A path for a file of the caller's, which is gone when the change is done or given up.
    public func temporaryPath() -> FilePath { newPath() }

    private func newPath() -> FilePath {
        fileCount += 1
        return folder.appending("new-\(fileCount)")
    }

    private func adopt(_ path: FilePath, as object: StoredObject) throws(ContentStoreError) {
        try FileSystem.rename(path, to: folder.appending(object.id.hex))
        staged[object.id] = object
    }

    /// Whether the object is not in the store as it should be: a damaged one is written again, which mends it.
    private func needsWriting(_ object: StoredObject) throws(ContentStoreError) -> Bool {
        try renewIfDue()
        if let known = staged[object.id] {
            guard known.witness == object.witness else { throw .collision(id: object.id) }
            return false
        }
        guard let found = try store.objects.identity(of: object.id) else { return true }
        return try Self.mustReplace(found: found, with: object)
    }

    /// - Parameter found: what the bytes under the object's name really are.
    static func mustReplace(found: StoredObject, with object: StoredObject) throws(ContentStoreError) -> Bool {
        if found == object { return false }
        // Bytes that are not what their name says were damaged; bytes that are, and differ, are a collision.
        guard found.id != object.id else { throw .collision(id: object.id) }
        return true
    }

    private func renewIfDue() throws(ContentStoreError) {
        guard ContinuousClock.now - lastRenewal > .seconds(LeaseRecord.silenceLimit / 6) else { return }
        try lease.renew()
        lastRenewal = .now
    }

    // MARK: Names

    private struct Name: Hashable, Comparable {
        let kind: ReferenceKind
        let name: ReferenceName

        static func < (left: Name, right: Name) -> Bool {
            (left.kind.rawValue, left.name) < (right.kind.rawValue, right.name)
        }
    }

    /// What is to be done to the versions of a name.
    private struct Change {
        let name: Name
        let edit: ([Reference.Version]) throws(ContentStoreError) -> [Reference.Version]
    }

    private func change(
        _ kind: ReferenceKind, _ name: ReferenceName,
        _ edit: @escaping ([Reference.Version]) throws(ContentStoreError) -> [Reference.Version]
    ) { changes.append(Change(name: Name(kind: kind, name: name), edit: edit)) }

    /// Lets a name stand for a manifest: a new version, unless it is the current one already.
    public func set(_ kind: ReferenceKind, _ name: ReferenceName, to manifest: ObjectID) {
        change(kind, name) { versions throws(ContentStoreError) in
            if versions.last(where: { !$0.isDropped })?.manifest == manifest { return versions }
            return versions + [.init(number: versions.count + 1, manifest: manifest, time: Int(LeaseRecord.now))]
        }
    }

    /// Removes a name with its versions; objects stay until they are collected.
    public func remove(_ kind: ReferenceKind, _ name: ReferenceName) {
        change(kind, name) { _ throws(ContentStoreError) in [] }
    }

    /// Gives a version up: its number stays taken, what it was made of goes with the next collection. A name without
    /// any other version goes.
    ///
    /// - Throws: at the end of the write, `ContentStoreError.taggedVersion` for one that has a tag.
    public func drop(_ kind: ReferenceKind, _ name: ReferenceName, version number: Int) {
        change(kind, name) { versions throws(ContentStoreError) in
            guard number >= 1, number <= versions.count else {
                throw .unknownVersion(kind: kind, name: name.text, version: number, count: versions.count)
            }
            if let tag = versions[number - 1].tags.first {
                throw .taggedVersion(kind: kind, name: name.text, version: number, tag: tag.text)
            }
            var versions = versions
            versions[number - 1].isDropped = true
            return versions
        }
    }

    /// Puts a tag on a version, and takes it off any other of that name.
    ///
    /// - Parameter number: nil to take the tag away.
    public func tag(_ kind: ReferenceKind, _ name: ReferenceName, version number: Int?, as tag: VersionTag) {
        change(kind, name) { versions throws(ContentStoreError) in
            versions.map { version in
                var version = version
                version.tags.removeAll { $0 == tag }
                if version.number == number { version.tags = (version.tags + [tag]).sorted() }
                return version
            }
        }
    }

    /// Gives a name with all its versions another name.
    ///
    /// - Throws: `ContentStoreError.unknownName`, or `nameExists` where the new name is taken.
    public func rename(_ kind: ReferenceKind, _ name: ReferenceName, to newName: ReferenceName)
        throws(ContentStoreError)
    {
        let versions = try store.references.get(kind, name).versions
        guard try store.references.find(kind, newName) == nil else { throw .nameExists(kind: kind, name: newName.text) }
        remove(kind, name)
        change(kind, newName) { _ throws(ContentStoreError) in versions }
    }

    /// Does a part of the work that may fail by itself: what it staged and named is given up then, and the rest stays.
    @discardableResult
    public func attempt<Result>(_ body: () throws -> Result) throws -> Result {
        let stagedBefore = staged
        let changeCount = changes.count
        do {
            return try body()
        } catch {
            for id in staged.keys where stagedBefore[id] == nil { try FileSystem.remove(folder.appending(id.hex)) }
            staged = stagedBefore
            changes.removeLast(changes.count - changeCount)
            throw error
        }
    }

    // MARK: The end

    /// Files beyond which one flush of the whole file system is cheaper than one of each.
    private static let manyFiles = 32

    func commit() throws(ContentStoreError) {
        // Before anything is looked up or put in place, and again after what may have taken long.
        try lease.renew()
        let moves = try moves()
        try placeObjects()
        try lease.renew()
        if !moves.isEmpty {
            try store.raiseFormat(stagingFolder: folder)
            try NameMover(references: store.references, stagingFolder: folder).move(moves)
        }
        try FileSystem.removeTree(folder)
    }

    private func placeObjects() throws(ContentStoreError) {
        let ids = staged.keys.sorted()
        for id in ids {
            let path = folder.appending(id.hex)
            try FileSystem.setReadOnly(path)
            if ids.count <= Self.manyFiles { try FileSystem.synchronise(path) }
        }
        if ids.count > Self.manyFiles { try FileSystem.synchroniseAll(on: folder) }
        var folders: Set<String> = []
        for id in ids {
            let place = store.objects.path(of: id)
            try FileSystem.createFolder(place.removingLastComponent())
            try FileSystem.rename(folder.appending(id.hex), to: place)
            folders.insert(place.removingLastComponent().string)
        }
        if folders.count > Self.manyFiles {
            try FileSystem.synchroniseAll(on: store.objects.root)
        } else {
            for folder in folders.sorted() { try FileSystem.synchronise(FilePath(folder)) }
            if !folders.isEmpty { try FileSystem.synchronise(store.objects.root) }
        }
    }

    /// What each changed name is to stand for, sorted; names that stay as they are are left out.
    private func moves() throws(ContentStoreError) -> [NameMove] {
        var names: [Name: [Reference.Version]] = [:]
        for change in changes {
            let versions: [Reference.Version]
            if let earlier = names[change.name] {
                versions = earlier
            } else {
                versions = try currentVersions(change.name) ?? []
            }
            names[change.name] = try change.edit(versions)
        }
        var moves: [NameMove] = []
        for (name, versions) in names.sorted(by: { $0.key < $1.key }) {
            let reference = Reference(kind: name.kind, name: name.name, versions: versions)
            if reference?.versions == (try currentVersions(name)) { continue }
            if let reference { try checkKind(of: reference) }
            moves.append(NameMove(kind: name.kind, name: name.name, reference: reference))
        }
        return moves
    }

    /// What the store says now, or nil for a name that is not there. A name whose file is damaged begins anew: what it
    /// stood for before cannot be known. A folder in its place is nothing that a file can replace.
    private func currentVersions(_ name: Name) throws(ContentStoreError) -> [Reference.Version]? {
        do {
            return try store.references.find(name.kind, name.name)?.versions
        } catch {
            guard case .damagedReference(let path, _) = error, !FileSystem.isFolder(path),
                path != store.references.intentPath
            else { throw error }
            return []
        }
    }

    /// A name can only come to stand for a manifest of its kind.
    private func checkKind(of reference: Reference) throws(ContentStoreError) {
        let id = reference.current.manifest
        let bytes: [UInt8]
        if staged[id] != nil {
            bytes = try FileSystem.readIfThere(folder.appending(id.hex)) ?? []
        } else if (try currentVersions(Name(kind: reference.kind, name: reference.name)))?
            .contains(where: { $0.manifest == id && !$0.isDropped }) == true
        {
            // It stands for that already, and may go on even where that is damaged.
            return
        } else {
            bytes = try store.objects.read(id)
        }
        let kind = try Manifest(bytes: bytes, id: id).kind
        guard kind == reference.kind else {
            throw .malformedManifest(
                id: id, problem: "is a \(kind.rawValue)'s, which no \(reference.kind.rawValue) can stand for")
        }
    }

    func discard() throws(ContentStoreError) { try FileSystem.removeTree(folder) }
}
