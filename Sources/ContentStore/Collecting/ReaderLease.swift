import Foundation
import Synchronization
import SystemPackage

/// What an open store reads, written down so that nobody collects it: a file `reader-TOKEN` beside the writers'
/// leases, gone with this value.
///
/// A reader takes no turn and waits for nobody but a collection that is under way. docs/decisions/0004 says why that is
/// enough.
final class ReaderLease: Sendable {
    /// What the file says.
    struct Record: Codable, Hashable {
        let holder: LeaseRecord
        /// Sorted.
        let manifests: [String]
    }

    /// A reader on another system whose file is older is taken for dead.
    static let silenceLimit = 86_400.0
    private static let prefix = "reader-"

    private let folder: FilePath
    private let holder = LeaseRecord.mine()
    private let held = Mutex<(manifests: Set<ObjectID>, written: ContinuousClock.Instant?)>(([], nil))

    init(folder: FilePath) { self.folder = folder }

    private var path: FilePath { folder.appending(Self.prefix + holder.token) }

    /// Writes down that a manifest is read.
    func hold(_ manifest: ObjectID) throws(ContentStoreError) {
        let result = held.withLock { held -> Result<Void, ContentStoreError> in
            if held.manifests.contains(manifest), let written = held.written,
                ContinuousClock.now - written < .seconds(Self.silenceLimit / 24)
            {
                return .success(())
            }
            let manifests = held.manifests.union([manifest])
            let outcome = Result { () throws(ContentStoreError) in try write(manifests) }
            if case .success = outcome { held = (manifests, .now) }
            return outcome
        }
        try result.get()
    }

    /// Says from time to time that the reader is still there; to be called as it reads on.
    func renewIfDue() throws(ContentStoreError) {
        guard let manifest = held.withLock({ $0.manifests.first }) else { return }
        try hold(manifest)
    }

    private func write(_ manifests: Set<ObjectID>) throws(ContentStoreError) {
        let record = Record(holder: holder, manifests: manifests.map(\.hex).sorted())
        let staged = folder.appending(".\(holder.token)")
        try FileSystem.remove(staged)
        try FileSystem.write(try CanonicalJSON.bytes(record), to: staged)
        try FileSystem.rename(staged, to: path)
    }

    deinit {
        // A file that stays is one of a reader that is gone, which the next writer finds out.
        if held.withLock({ $0.written }) != nil { try? FileSystem.remove(path) }
    }

    // MARK: All readers

    /// The manifests that living readers hold.
    ///
    /// - Parameter now: the file system's time.
    /// - Throws: `ContentStoreError.damagedReference` for a file that does not say what its reader needs.
    static func manifests(in folder: FilePath, now: Double) throws(ContentStoreError) -> Set<ObjectID> {
        var manifests: Set<ObjectID> = []
        for reader in try readers(in: folder, now: now) where reader.isAlive {
            guard let record = reader.record else {
                throw .damagedReference(
                    path: reader.path, problem: "does not say what its reader needs; remove it when nobody reads")
            }
            manifests.formUnion(record.manifests.compactMap { ObjectID(hex: $0) })
        }
        return manifests
    }

    struct Reader {
        let path: FilePath
        /// nil where the file cannot be understood.
        let record: Record?
        let isAlive: Bool
    }

    static func readers(in folder: FilePath, now: Double) throws(ContentStoreError) -> [Reader] {
        var readers: [Reader] = []
        for name in try FileSystem.list(folder) where name.hasPrefix(prefix) {
            let path = folder.appending(name)
            guard let written = try FileSystem.modifiedIfThere(path), let bytes = try FileSystem.readIfThere(path)
            else {
                continue
            }
            let record = try? JSONDecoder().decode(Record.self, from: Data(bytes))
            let age = now - written
            readers.append(
                Reader(
                    path: path, record: record,
                    isAlive: record?.holder.isAlive(age: age, limit: silenceLimit) ?? (age < silenceLimit)))
        }
        return readers
    }
}
