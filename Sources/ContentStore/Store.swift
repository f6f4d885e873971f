import Foundation
import SystemPackage

/// A folder `.ds` in which every byte is addressed by its content.
///
/// Objects and references are the truth; the index is a cache of them. docs/store.md describes the layout.
public final class Store: Sendable {
    public static let folderName = ".ds"
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
    let readerLease: ReaderLease

    /// Opens a store, and sweeps away what a writer that died has left.
    ///
    /// - Parameter root: the folder `.ds`.
    /// - Throws: `ContentStoreError.noStore` or `unknownFormat`.
    public init(opening root: FilePath) throws(ContentStoreError) {
        guard FileSystem.isFolder(root) else { throw .noStore(from: root) }
        guard let format = try FileSystem.readIfThere(root.appending("format")) else {
            throw .unknownFormat(path: root, found: "it has no file called format")
        }
        guard StoreFormat(line: format) != nil else {
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
        try FileSystem.write(Array(StoreFormat.second.line.utf8), to: staged)
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

    // MARK: Writing

    /// Whether this user may write; whether the disk has room shows only then.
    public var isWritable: Bool { FileSystem.mayWrite(objects.root) && FileSystem.mayWrite(temporaryFolder) }

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
    func sweepIfIdle() {
        let isTidy = (try? FileSystem.list(temporaryFolder).isEmpty) ?? true
        guard !isTidy || FileSystem.exists(references.intentPath) || FileSystem.exists(collectorMark),
            let lease = try? WriterLease.takeIfFree(in: leaseFolder)
        else { return }
        try? finishAndSweep()
        try? lease.release()
    }

    /// Makes a store of an earlier format one of this, before anything is put in place that needs it: programs that know
    /// only the earlier one refuse the store from then on.
    func raiseFormat(to format: StoreFormat, stagingFolder: FilePath) throws(ContentStoreError) {
        guard let current = try FileSystem.readIfThere(formatPath).flatMap(StoreFormat.init(line:)), current < format
        else { return }
        let staged = stagingFolder.appending("format")
        try FileSystem.write(Array(format.line.utf8), to: staged)
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

    /// How long to wait for another process, in seconds.
    public static let patience = 30.0
}
