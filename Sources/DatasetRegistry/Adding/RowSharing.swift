import ContentStore
import DatasetFormats

/// What a version of a dataset may have in common with the one before, row by row.
struct RowSharing {
    /// For the shards.
    let rows: PieceFinder
    /// For the pieces of what the rows were read from.
    let lines: PieceFinder

    init(with manifest: DatasetManifest, in store: Store) {
        rows = PieceFinder(in: store, among: manifest.shards.map(\.object), cutting: Self.rowEnds)
        lines = PieceFinder(
            in: store, among: manifest.original?.pieces ?? [], cutting: { OriginalWriter.lineEnds(in: $0) })
    }

    /// With the current version of a name; nil where there is none that can be read, for a version that is lost has
    /// nothing in common with others.
    init?(withCurrent name: ReferenceName, in store: Store) throws(ContentStoreError) {
        do {
            guard let reference = try store.references.find(.dataset, name) else { return nil }
            self.init(with: try store.datasetManifest(reference.current.manifest), in: store)
        } catch {
            switch error {
            case .damagedReference, .malformedManifest: return nil
            case _ where error.isLostObject: return nil
            default: throw error
            }
        }
    }

    /// Where the rows of a shard end; nil where it holds none that can be told apart.
    private static func rowEnds(in shard: [UInt8]) -> [Int]? {
        do {
            return try JSONRowScanner.rowRanges(in: shard, source: "").map(\.upperBound)
        } catch {
            return nil
        }
    }
}
