import Foundation
import SystemPackage

/// One change of a store, all or nothing: objects are staged, made durable, put in place, and then names move.
///
/// Only `Store.write` makes one, and only while it holds the lease.
public final class StoreWriter {
    public let store: Store
    private let lease: WriterLease
    let folder: FilePath
    private(set) var staged: [ObjectID: StoredObject] = [:]
    /// Those of them that are staged in parts.
    private var stagedInParts: Set<ObjectID> = []
    /// Objects that others in the store take pieces of, once that was asked.
    private var knownBases: Set<ObjectID>?
    var changes: [Change] = []
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
    /// - Parameter joined: takes the bytes too, whether or not the store has them: of a file that is kept as several
    ///   objects, say. Two hashes in one pass take hardly longer than one.
    /// - Throws: `ContentStoreError.collision` where other bytes have their name already.
    @discardableResult
    public func stage(
        _ bytes: [UInt8], hashedInto joined: SHA1Hasher? = nil
    ) throws(ContentStoreError) -> StoredObject {
        let object = StoredObject(id: try ObjectID.of(bytes, hashedInto: joined), witness: Witness(of: bytes))
        guard try needsWriting(object) else { return object }
        let path = newPath()
        try FileSystem.write(bytes, to: path)
        try adopt(path, as: object)
        return object
    }

    /// Keeps bytes as an object: in parts where that takes at most half the space, for other objects hold the rest.
    ///
    /// - Parameters:
    ///   - ends: where the pieces end that may be found elsewhere, rows say.
    ///   - finder: where they may be found.
    ///   - joined: as for `stage(_:)`.
    /// - Throws: as `stage(_:)`.
    public func stage(
        _ bytes: [UInt8], cutAt ends: [Int], sharing finder: PieceFinder, hashedInto joined: SHA1Hasher? = nil
    ) throws(ContentStoreError) -> StoredObject {
        let object = StoredObject(id: try ObjectID.of(bytes, hashedInto: joined), witness: Witness(of: bytes))
        guard try needsWriting(object) else {
            finder.pass(object.id)
            return object
        }
        let path = newPath()
        if try mayBeInParts(object.id), let parts = try finder.parts(of: bytes, cutAt: ends) {
            try FileSystem.write(parts.bytes(of: bytes), to: path)
            try adopt(path, as: object)
            stagedInParts.insert(object.id)
        } else {
            try FileSystem.write(bytes, to: path)
            try adopt(path, as: object)
        }
        return object
    }

    /// A damaged object is mended whole. And what others take pieces of must be whole, also where it was lost and comes
    /// back.
    private func mayBeInParts(_ id: ObjectID) throws(ContentStoreError) -> Bool {
        guard !store.objects.has(id) else { return false }
        if let knownBases { return !knownBases.contains(id) }
        var bases: Set<ObjectID> = []
        for other in try store.objects.list().inParts {
            do {
                bases.formUnion(try store.objects.bases(of: other).map(\.id))
            } catch {
                // What its parts file does not say any more nobody reads either.
                guard error.isLostObject else { throw error }
            }
        }
        knownBases = bases
        return !bases.contains(id)
    }

    /// An object whose bytes arrive piece by piece.
    ///
    /// - Parameters:
    ///   - finder: where pieces of it may be found; it is kept whole where there is none.
    ///   - joined: as for `stage(_:)`.
    public func draft(sharing finder: PieceFinder? = nil, hashedInto joined: SHA1Hasher? = nil) -> ObjectDraft {
        ObjectDraft(in: self, sharing: finder, hashedInto: joined, limits: .init())
    }

    /// Keeps a file's bytes as an object, in bounded memory, and whole: such files are opened where they are.
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
        try adoptIfNew(path, as: object, whole: true)
        return object
    }

    /// Takes a file of the writer's as an object, or removes it where the object is there.
    func adoptIfNew(
        _ path: FilePath, as object: StoredObject, whole: Bool = false
    ) throws(ContentStoreError) {
        if try needsWriting(object, whole: whole) {
            try adopt(path, as: object)
        } else {
            try FileSystem.remove(path)
        }
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
        stagedInParts.remove(object.id)
    }

    /// Whether the object is not in the store as it should be: a damaged one is written again, which mends it.
    ///
    /// - Parameter whole: whether it is not as it should be in parts.
    private func needsWriting(_ object: StoredObject, whole: Bool = false) throws(ContentStoreError) -> Bool {
        try renewIfDue()
        if let known = staged[object.id] {
            guard known.witness == object.witness else { throw .collision(id: object.id) }
            return whole && stagedInParts.contains(object.id)
        }
        let found: StoredObject?
        do {
            found = try store.objects.identity(of: object.id)
        } catch {
            // Parts of it, or what it takes them of, are lost.
            guard error.isLostObject else { throw error }
            return true
        }
        guard let found else { return true }
        let isInParts = whole && store.objects.form(of: object.id) == .inParts
        return try Self.mustReplace(found: found, with: object) || isInParts
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
            stagedInParts.formIntersection(stagedBefore.keys)
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
        if !stagedInParts.isEmpty { try store.raiseFormat(to: .third, stagingFolder: folder) }
        try placeObjects()
        try lease.renew()
        if !moves.isEmpty {
            try store.raiseFormat(to: .second, stagingFolder: folder)
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
            let place = stagedInParts.contains(id) ? store.objects.partsPath(of: id) : store.objects.path(of: id)
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
        // What was in parts and is whole now; only after the whole is there for certain.
        for id in ids where !stagedInParts.contains(id) { try FileSystem.remove(store.objects.partsPath(of: id)) }
    }

    func discard() throws(ContentStoreError) { try FileSystem.removeTree(folder) }
}
