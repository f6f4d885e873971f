import SystemPackage

/// Takes away what processes that died have left behind. Only who holds the lease may sweep.
struct Sweeper {
    let store: Store

    /// Hidden files beside views, leases and the index are being made for an instant only; older ones are nobody's.
    private static let leftoverAge = 600.0

    func run() throws(ContentStoreError) {
        for name in try FileSystem.list(store.temporaryFolder) {
            try FileSystem.removeTree(store.temporaryFolder.appending(name))
        }
        // Who took the lease after a collector did outlived it.
        try FileSystem.remove(store.collectorMark)
        let now = try store.fileSystemTime()
        for reader in try ReaderLease.readers(in: store.leaseFolder, now: now) where !reader.isAlive {
            try FileSystem.remove(reader.path)
        }
        for path in try leftovers(now: now) { try FileSystem.removeTree(path) }
    }

    /// Hidden files that nobody makes any more.
    func leftovers(now: Double) throws(ContentStoreError) -> [FilePath] {
        var leftovers: [FilePath] = []
        for folder in [store.viewFolder, store.leaseFolder, store.root] {
            guard FileSystem.exists(folder) else { continue }
            for name in try FileSystem.list(folder) where name.hasPrefix(".") {
                let path = folder.appending(name)
                guard let written = try FileSystem.modifiedIfThere(path) else { continue }
                if now - written > Self.leftoverAge { leftovers.append(path) }
            }
        }
        return leftovers
    }
}
