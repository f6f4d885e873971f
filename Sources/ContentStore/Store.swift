import Foundation
import SystemPackage

/// A folder `.ds` in which every byte is addressed by its content.
///
/// Objects and references are the truth; the index is a cache of them. docs/store.md describes the layout.
public final class Store: Sendable {
    public static let folderName = ".ds"
    static let formatLine = "ds store 2\n"
    /// Stores of the first format, whose references have no check and no marks, become ones of the second when a name
    /// moves; programs that know only the first refuse them then.
    static let firstFormatLine = "ds store 1\n"
    private static let folders: Set<String> = ["objects", "tmp", "leases", "views", "refs"]

    /// The folder `.ds` itself.
    public let root: FilePath
    public let objects: ObjectFolder
    public let references: ReferenceFolder

    var temporaryFolder: FilePath { root.appending("tmp") }
    var leaseFolder: FilePath { root.appending("leases") }
    var viewFolder: FilePath { root.appending("views") }
    var indexPath: FilePath { root.appending("index.sqlite") }
    var formatPath: FilePath { root.appending("format") }
    /// There while objects are being collected.
    var collectorMark: FilePath { leaseFolder.appending("collector") }
    private let readerLease: ReaderLease

    /// Opens a store, and sweeps away what a writer that died has left.
    ///
    /// - Parameter root: the folder `.ds`.
    /// - Throws: `ContentStoreError.noStore` or `unknownFormat`.
    public init(opening root: FilePath) throws(ContentStoreError) {
        guard FileSystem.isFolder(root) else { throw .noStore(from: root) }
        guard let format = try FileSystem.readIfThere(root.appending("format")) else {
            throw .unknownFormat(path: root, found: "it has no file called format")
        }
        guard [Self.formatLine, Self.firstFormatLine].contains(where: { Array($0.utf8) == format }) else {
            let text = String(decoding: format.prefix(40), as: UTF8.self)
            throw .unknownFormat(path: root, found: "its format is \"\(text.filter { $0 != "\n" })\"")
        }
        self.root = root
        objects = ObjectFolder(root: root.appending("objects"))
        references = ReferenceFolder(root: root.appending("refs"))
        readerLease = ReaderLease(folder: root.appending("leases"))
        sweepIfIdle()
    }

    /// A store that is only looked at, whatever state it is in: nothing is checked, and nothing swept.
    init(inspecting root: FilePath) {
        self.root = root
        objects = ObjectFolder(root: root.appending("objects"))
        references = ReferenceFolder(root: root.appending("refs"))
        readerLease = ReaderLease(folder: root.appending("leases"))
    }

    /// Makes a store.
    ///
    /// - Parameter root: the folder `.ds` to make.
    /// - Throws: `ContentStoreError.storeExists`.
    public static func create(at root: FilePath) throws(ContentStoreError) -> Store {
        guard !FileSystem.exists(root.appending("format")) else { throw .storeExists(path: root) }
        if FileSystem.exists(root), let other = try FileSystem.list(root).first(where: { !folders.contains($0) }) {
            throw .unknownFormat(path: root, found: "it is a folder with other files, such as \(other)")
        }
        for folder in ["objects", "tmp", "leases", "views"] { try FileSystem.createFolder(root.appending(folder)) }
        for kind in ReferenceKind.allCases {
            try FileSystem.createFolder(root.appending("refs").appending(kind.folder))
        }
        // The format comes last: a folder without one is no store yet, and making it again finishes it.
        let staged = root.appending("tmp").appending(UUID().uuidString)
        try FileSystem.write(Array(formatLine.utf8), to: staged)
        try FileSystem.synchronise(staged)
        try FileSystem.rename(staged, to: root.appending("format"))
        try FileSystem.synchronise(root)
        return try Store(opening: root)
    }

    /// The folder `.ds` in a folder or the nearest one above it that has one.
    public static func find(from folder: FilePath) -> FilePath? {
        var folder = folder
        while true {
            let root = folder.appending(folderName)
            if FileSystem.exists(root.appending("format")) { return root }
            let parent = folder.removingLastComponent()
            guard parent != folder, !parent.isEmpty else { return nil }
            folder = parent
        }
    }

    // MARK: Reading

    /// What a manifest's object says; its bytes are compared with its name.
    public func manifest(_ id: ObjectID) throws(ContentStoreError) -> Manifest {
        try Manifest(bytes: try objects.read(id), id: id)
    }

    /// A dataset's manifest.
    ///
    /// - Throws: `malformedManifest` where it is something else's.
    public func datasetManifest(_ id: ObjectID) throws(ContentStoreError) -> DatasetManifest {
        guard case .dataset(let manifest) = try manifest(id) else {
            throw .malformedManifest(id: id, problem: "is no dataset's")
        }
        return manifest
    }

    /// Where a model's files can be opened: the object itself, or a folder of links to objects. Every byte is
    /// compared with its witness first.
    public func modelPath(_ id: ObjectID) throws(ContentStoreError) -> FilePath {
        try hold(id)
        guard case .model(let manifest) = try manifest(id) else {
            throw .malformedManifest(id: id, problem: "is no model's")
        }
        for file in manifest.files { try objects.check(file.object) }
        if !manifest.isFolder, let file = manifest.files.first { return objects.path(of: file.object.id) }
        return try view(of: manifest.files, id: id)
    }

    /// A run's adapter folder, as links to objects that were compared with their witnesses.
    public func adapterPath(_ id: ObjectID) throws(ContentStoreError) -> FilePath {
        try hold(id)
        guard case .run(let manifest) = try manifest(id) else {
            throw .malformedManifest(id: id, problem: "is no run's")
        }
        for file in manifest.files { try objects.check(file.object) }
        return try view(of: manifest.files, id: id)
    }

    private func view(of files: [StoredFile], id: ObjectID) throws(ContentStoreError) -> FilePath {
        let place = viewFolder.appending(id.hex)
        if FileSystem.exists(place) { return place }
        // Beside its place, not in tmp: a writer may sweep that at any moment.
        let staged = viewFolder.appending(".\(UUID().uuidString)")
        do {
            try FileSystem.createFolder(staged)
            for file in files {
                let object = file.object.id.hex
                let target = "../../objects/\(object.prefix(2))/\(object.dropFirst(2))"
                try FileSystem.symlink(target, at: staged.appending(file.name))
            }
            try FileSystem.rename(staged, to: place)
        } catch {
            try FileSystem.removeTree(staged)
            // Another process may have made the same view first.
            guard FileSystem.exists(place) else { throw error }
        }
        return place
    }

    // MARK: Writing

    /// Changes the store, all or nothing: what the body staged and named is there when this returns, and nothing of
    /// it when it throws.
    ///
    /// - Parameter seconds: how long to wait while another process writes.
    public func write<Result>(
        waiting seconds: Double = patience, _ body: (StoreWriter) throws -> Result
    ) throws -> Result {
        try withLease(waiting: seconds) { lease in
            let writer = try StoreWriter(store: self, lease: lease)
            do {
                let result = try body(writer)
                try writer.commit()
                return result
            } catch {
                // What went wrong first is what matters; what stays in tmp is swept by the next writer.
                try? writer.discard()
                throw error
            }
        }
    }

    /// Does something that only one process may do at a time, after finishing what one that died has begun.
    func withLease<Result>(waiting seconds: Double, _ body: (WriterLease) throws -> Result) throws -> Result {
        let lease = try WriterLease.take(in: leaseFolder, waiting: seconds)
        let result: Result
        do {
            try finishAndSweep()
            result = try body(lease)
        } catch {
            // What went wrong first is what matters; the lease of a process that ends is free.
            try? lease.release()
            throw error
        }
        try lease.release()
        return result
    }

    private func finishAndSweep() throws(ContentStoreError) {
        try Sweeper(store: self).run()
        guard let intent = try references.intent() else { return }
        let folder = temporaryFolder.appending(UUID().uuidString)
        try FileSystem.createFolder(folder)
        try NameMover(references: references, stagingFolder: folder).finish(intent)
        try FileSystem.removeTree(folder)
    }

    /// Who may not write here can read all the same, so that a failure stops nobody: the next writer sweeps, and is told.
    private func sweepIfIdle() {
        let isTidy = (try? FileSystem.list(temporaryFolder).isEmpty) ?? true
        guard !isTidy || FileSystem.exists(references.intentPath) || FileSystem.exists(collectorMark),
            let lease = try? WriterLease.takeIfFree(in: leaseFolder)
        else { return }
        try? finishAndSweep()
        try? lease.release()
    }

    /// Makes a store of the first format one of the second, before a name moves.
    func raiseFormat(stagingFolder: FilePath) throws(ContentStoreError) {
        guard try FileSystem.readIfThere(formatPath) == Array(Self.firstFormatLine.utf8) else { return }
        let staged = stagingFolder.appending("format")
        try FileSystem.write(Array(Self.formatLine.utf8), to: staged)
        try FileSystem.synchronise(staged)
        try FileSystem.rename(staged, to: formatPath)
        try FileSystem.synchronise(root)
    }

    /// The time by the clock of the file system that the store is on: those of two hosts may differ.
    func fileSystemTime() throws(ContentStoreError) -> Double {
        let path = leaseFolder.appending(".\(UUID().uuidString)")
        try FileSystem.write([], to: path)
        let time = try FileSystem.modifiedIfThere(path)
        try FileSystem.remove(path)
        return time ?? LeaseRecord.now
    }

    // MARK: Reading beside a collection

    /// Keeps from being collected what a manifest is made of, for as long as this value lives.
    ///
    /// The manifest must be looked up again afterwards: only what a name still stands for then is held for certain.
    /// `version(_:_:_:)` does both. Whoever may not write in the store cannot be seen, and is not protected.
    ///
    /// - Throws: `ContentStoreError.busy` where a collection takes too long.
    public func hold(_ manifest: ObjectID) throws(ContentStoreError) {
        do {
            try readerLease.hold(manifest)
        } catch {
            guard case .system = error else { throw error }
            return
        }
        let start = ContinuousClock.now
        while FileSystem.exists(collectorMark) {
            sweepIfIdle()
            let waited = ContinuousClock.now - start
            guard waited < .seconds(Self.patience) else {
                throw .busy(holder: "a collection", waited: Int(waited.components.seconds))
            }
            usleep(2000)
        }
    }

    /// How long to wait for another process, in seconds.
    public static let patience = 30.0

    /// A version of a name, held against collection.
    ///
    /// - Throws: `ContentStoreError.unknownName` and what `Reference.version(_:)` throws; `busy`.
    public func version(
        _ kind: ReferenceKind, _ name: ReferenceName, _ selector: VersionSelector = .current
    ) throws(ContentStoreError) -> (reference: Reference, version: Reference.Version) {
        while true {
            let reference = try references.get(kind, name)
            let version = try reference.version(selector)
            try hold(version.manifest)
            // Only now it is certain that no collection that began before takes it away.
            let again = try references.get(kind, name)
            if try again.version(selector) == version { return (again, version) }
        }
    }
}
