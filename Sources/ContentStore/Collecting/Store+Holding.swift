import Foundation

/// Reading beside a collection.
extension Store {
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
            guard waited < .seconds(Self.patience + Collector.settlingSeconds) else {
                throw .busy(holder: "a collection", waited: Int(waited.components.seconds))
            }
            usleep(2000)
        }
    }

    /// Says from time to time, for readers on other hosts are known by nothing else, that what is held is still read.
    public func keepHolding() throws(ContentStoreError) {
        do {
            try readerLease.renewIfDue()
        } catch {
            // As for `hold`: who may not write reads all the same.
            guard case .system = error else { throw error }
        }
    }

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
