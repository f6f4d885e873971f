import CXXHash

/// Which rows are kept for evaluation: a row's own bytes decide, so that it stays on its side when rows are added,
/// removed or moved, and equal rows are on one side.
public struct EvaluationSplit: Sendable, Hashable {
    public let share: Double
    public let seed: UInt64
    private let threshold: UInt64

    /// - Parameter share: of all rows, from 0 to 1.
    public init(share: Double, seed: UInt64 = 0) {
        precondition(share >= 0 && share <= 1)
        self.share = share
        self.seed = seed
        threshold = share >= 1 ? .max : UInt64(share * 0x1p64)
    }

    /// - Parameter row: as it stands in its file.
    public func isForEvaluation(_ row: [UInt8]) -> Bool { isForEvaluation(hash: Self.hash(row[...])) }

    /// - Parameter hash: what `hash(_:)` says of a row.
    public func isForEvaluation(hash: UInt64) -> Bool {
        share >= 1 || Mixing.combine(hash, seed) < threshold
    }

    /// A row's XXH3-64.
    public static func hash(_ row: ArraySlice<UInt8>) -> UInt64 {
        row.withUnsafeBytes { cxxhash_64($0.baseAddress, $0.count) }
    }
}
