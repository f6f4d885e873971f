import Foundation
import GRDB
import SystemPackage

/// The index `index.sqlite`: a cache of what references and manifests say, for questions that would else read them all.
///
/// It brings itself up to date when it is opened, from the references, which are the truth. Nothing is lost with it.
public final class StoreIndex: Sendable {
    private let store: Store
    let database: DatabaseQueue

    /// The files that SQLite keeps of a database with a write-ahead log.
    static let fileSuffixes = ["", "-wal", "-shm"]

    /// Opens the index, makes it where there is none, and reads into it what has changed.
    ///
    /// - Throws: `ContentStoreError.index`, `busy`, and what reading references and manifests throws.
    public convenience init(of store: Store) throws(ContentStoreError) {
        if !FileSystem.exists(store.indexPath) { try Self.make(for: store, replacing: false) }
        try self.init(opening: store.indexPath, of: store)
        try synchronise()
    }

    init(opening path: FilePath, of store: Store) throws(ContentStoreError) {
        self.store = store
        do {
            var configuration = Configuration()
            configuration.journalMode = .wal
            configuration.foreignKeysEnabled = true
            configuration.busyMode = .timeout(Store.patience)
            database = try DatabaseQueue(path: path.string, configuration: configuration)
            // Asked first, for that waits for nobody.
            if try !database.read(Self.migrator.hasCompletedMigrations) { try Self.migrator.migrate(database) }
        } catch {
            throw Self.error(error)
        }
    }

    static func error(_ error: any Error) -> ContentStoreError {
        if let error = error as? ContentStoreError { return error }
        if let error = error as? DatabaseError, error.resultCode == .SQLITE_BUSY {
            return .busy(holder: "another process, which writes the index", waited: Int(Store.patience))
        }
        return .index(problem: "\(error)")
    }

    /// One migration for each change of the tables; a migration that has shipped is never changed.
    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: manifests, parts, versions") { db in
            try db.execute(
                sql: """
                    CREATE TABLE manifest (
                        id TEXT PRIMARY KEY, kind TEXT NOT NULL, recipe TEXT NOT NULL, source_sha1 TEXT,
                        rows INTEGER, bytes INTEGER NOT NULL
                    ) STRICT;
                    CREATE INDEX manifest_recipe ON manifest(recipe);
                    CREATE TABLE part (
                        manifest TEXT NOT NULL REFERENCES manifest(id) ON DELETE CASCADE, number INTEGER NOT NULL,
                        object TEXT NOT NULL, bytes INTEGER NOT NULL, xxh3 TEXT NOT NULL, first_row INTEGER,
                        rows INTEGER, PRIMARY KEY (manifest, number)
                    ) STRICT;
                    CREATE INDEX part_object ON part(object);
                    CREATE TABLE version (
                        kind TEXT NOT NULL, name TEXT NOT NULL, number INTEGER NOT NULL, time INTEGER NOT NULL,
                        manifest TEXT NOT NULL REFERENCES manifest(id), PRIMARY KEY (kind, name, number)
                    ) STRICT;
                    CREATE INDEX version_manifest ON version(manifest);
                    """)
        }
        return migrator
    }

    // MARK: Questions

    /// A manifest that a recipe made and that some name still stands for, or nil.
    public func manifest(madeBy recipe: Recipe) throws(ContentStoreError) -> ObjectID? {
        let id = try recipe.id()
        let found = try read { db in
            try String.fetchOne(
                db,
                sql: """
                    SELECT manifest.id FROM manifest JOIN version ON version.manifest = manifest.id
                    WHERE recipe = ? ORDER BY time DESC, manifest.id LIMIT 1
                    """, arguments: [id.hex])
        }
        guard let manifest = found.flatMap({ ObjectID(hex: $0) }) else { return nil }
        // The index is a cache that may be damaged; the manifest says itself what made it.
        guard try readManifest(manifest)?.recipe == recipe else { return nil }
        return manifest
    }

    /// The names, with their version, that a manifest has had.
    public func names(of manifest: ObjectID) throws(ContentStoreError) -> [(
        kind: ReferenceKind, name: String, version: Int
    )] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT kind, name, number FROM version WHERE manifest = ? ORDER BY kind, name, number",
                arguments: [manifest.hex])
        }.compactMap { row in
            ReferenceKind(rawValue: row["kind"]).map { ($0, row["name"], row["number"]) }
        }
    }

    func read<Value>(_ body: (Database) throws -> Value) throws(ContentStoreError) -> Value {
        do {
            return try database.read(body)
        } catch {
            throw Self.error(error)
        }
    }

    // MARK: Keeping up

    struct Known: Hashable {
        let kind: String
        let name: String
        let number: Int
        let manifest: String
        let time: Int
    }

    /// What the references say. One that is damaged says nothing and hides no other; ds verify names it.
    func readVersions() throws(ContentStoreError) -> Set<Known> {
        var versions: Set<Known> = []
        for kind in ReferenceKind.allCases {
            for name in try store.references.list(kind).names {
                do {
                    for version in try store.references.find(kind, name)?.keptVersions ?? [] {
                        versions.insert(
                            Known(
                                kind: kind.rawValue, name: name.text, number: version.number,
                                manifest: version.manifest.hex, time: version.time))
                    }
                } catch {
                    guard case .damagedReference = error else { throw error }
                }
            }
        }
        return versions
    }

    /// A manifest, or nil where it is lost or none that can be read: no look-up finds what it stands for.
    private func readManifest(_ id: ObjectID) throws(ContentStoreError) -> Manifest? {
        do {
            return try store.manifest(id)
        } catch {
            if case .malformedManifest = error { return nil }
            guard error.isLostObject else { throw error }
            return nil
        }
    }

    /// Reads in what has changed. The references are read again in the transaction that writes: who comes later has
    /// read later, and never puts back what was there before.
    func synchronise() throws(ContentStoreError) {
        let before = try readVersions()
        guard before != (try read(Self.knownVersions)) else { return }
        do {
            try database.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    try self.replaceVersions(try self.readVersions(), in: db)
                    return .commit
                }
            }
        } catch {
            throw Self.error(error)
        }
    }

    static func knownVersions(_ db: Database) throws -> Set<Known> {
        Set(
            try Row.fetchAll(db, sql: "SELECT kind, name, number, manifest, time FROM version").map {
                Known(
                    kind: $0["kind"], name: $0["name"], number: $0["number"], manifest: $0["manifest"], time: $0["time"]
                )
            })
    }

    private func replaceVersions(_ truth: Set<Known>, in db: Database) throws {
        let indexed = Set(try String.fetchAll(db, sql: "SELECT id FROM manifest"))
        for id in Set(truth.map(\.manifest)).subtracting(indexed).sorted() {
            guard let id = ObjectID(hex: id), let manifest = try readManifest(id) else { continue }
            try Self.insert(id, manifest, recipe: try manifest.recipe.id(), in: db)
        }
        try db.execute(sql: "DELETE FROM version")
        for known in truth {
            // Not all manifests are there: some cannot be read. The next opening looks again.
            try db.execute(
                sql: """
                    INSERT INTO version (kind, name, number, time, manifest) SELECT ?, ?, ?, ?, id
                    FROM manifest WHERE id = ?
                    """,
                arguments: [known.kind, known.name, known.number, known.time, known.manifest])
        }
        try db.execute(sql: "DELETE FROM manifest WHERE id NOT IN (SELECT manifest FROM version)")
    }

    private static func insert(_ id: ObjectID, _ manifest: Manifest, recipe: ObjectID, in db: Database) throws {
        var rows: Int?
        var source: String?
        if case .dataset(let dataset) = manifest {
            rows = dataset.rows
            source = dataset.source.sha1.hex
        }
        try db.execute(
            sql: """
                INSERT INTO manifest (id, kind, recipe, source_sha1, rows, bytes) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """,
            arguments: [
                id.hex, manifest.kind.rawValue, recipe.hex, source, rows, manifest.objects.reduce(0) { $0 + $1.bytes },
            ])
        for (number, object) in manifest.objects.enumerated() {
            var shard: DatasetManifest.Shard?
            if case .dataset(let dataset) = manifest, dataset.shards.indices.contains(number) {
                shard = dataset.shards[number]
            }
            try db.execute(
                sql: """
                    INSERT INTO part (manifest, number, object, bytes, xxh3, first_row, rows)
                    VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                    """,
                arguments: [
                    id.hex, number, object.id.hex, object.bytes, object.witness.xxh3, shard?.firstRow, shard?.rows,
                ])
        }
    }
}
