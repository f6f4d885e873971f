import Foundation
import GRDB
import SystemPackage

/// Making the index, and looking whether it is sound.
extension StoreIndex {
    /// Makes the index beside its place and puts it there whole, so that nobody ever waits for one that is half-made.
    ///
    /// - Parameter replaces: whether one that is there goes; else it stays, for another process was quicker.
    static func make(for store: Store, replacing replaces: Bool) throws(ContentStoreError) {
        let staged = store.root.appending(".index-\(UUID().uuidString)")
        do {
            try fill(staged, for: store)
            // The log of an index that is gone belongs to no other.
            if replaces || !FileSystem.exists(store.indexPath) {
                for suffix in fileSuffixes.dropFirst() {
                    try FileSystem.remove(FilePath(store.indexPath.string + suffix))
                }
            }
            if replaces {
                try FileSystem.rename(staged, to: store.indexPath)
            } else {
                _ = try FileSystem.link(staged, to: store.indexPath)
            }
        } catch {
            // What went wrong first is what matters; leftovers are swept.
            for suffix in fileSuffixes { try? FileSystem.remove(FilePath(staged.string + suffix)) }
            throw error
        }
        for suffix in fileSuffixes { try FileSystem.remove(FilePath(staged.string + suffix)) }
    }

    private static func fill(_ path: FilePath, for store: Store) throws(ContentStoreError) {
        let index = try StoreIndex(opening: path, of: store)
        try index.synchronise()
        do {
            try index.database.close()
        } catch {
            throw Self.error(error)
        }
    }

    /// Makes the index again, in the place of one that may be damaged.
    ///
    /// - Throws: as `init(of:)`.
    @discardableResult
    public static func rebuild(of store: Store) throws(ContentStoreError) -> StoreIndex {
        try make(for: store, replacing: true)
        return try StoreIndex(of: store)
    }

    /// What SQLite finds wrong with the file, and whether it says what the references say: nil where all is well.
    /// Nothing is changed.
    ///
    /// - Throws: what reading references throws.
    static func problem(of store: Store) throws(ContentStoreError) -> String? {
        guard FileSystem.exists(store.indexPath) else { return nil }
        do {
            let index = try StoreIndex(opening: store.indexPath, of: store)
            let findings = try index.database.read { try String.fetchAll($0, sql: "PRAGMA quick_check(1)") }
            if findings != ["ok"] { return findings.joined(separator: "; ") }
        } catch {
            guard case .index(let problem) = Self.error(error) else { throw Self.error(error) }
            return problem
        }
        return nil
    }

    /// Whether the index says what the references say. Nothing is changed.
    static func isInStep(with store: Store) throws(ContentStoreError) -> Bool {
        let index = try StoreIndex(opening: store.indexPath, of: store)
        return try index.readVersions() == (try index.read(knownVersions))
    }
}
