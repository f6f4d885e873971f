import DatasetFormats

/// A batch whose rows are to be read.
public struct RowBatch<Batch: Sendable>: Sendable {
    public let batch: Batch
    private let rows: BatchRows

    init(
        _ batch: Batch, rowCount: Int, _ shards: JoinedShards, _ rows: @escaping @Sendable (Batch) -> [RowAddress],
        member: RowGroup.Member? = nil
    ) {
        self.batch = batch
        self.rows = BatchRows(count: rowCount, shards: shards, addresses: { rows(batch) }, member: member)
    }

    public var rowCount: Int { rows.count }

    /// Lends the rows as they stand in their files, in the batch's order.
    ///
    /// - Throws: as `StoredDataset.rows(at:)`, and what the body throws.
    public func forEachRow(
        _ body: (_ place: Int, _ address: RowAddress, _ bytes: Span<UInt8>) throws -> Void
    ) throws {
        try rows.forEach(body)
    }

    /// The rows, parsed, in the batch's order.
    ///
    /// - Parameter spent: as `StoredDataset.rows(at:insteadOf:)` takes them.
    /// - Throws: as `StoredDataset.rows(at:)`.
    public func rows(insteadOf spent: inout [JSONObject]?) throws -> [JSONObject] {
        try rows.parsed(insteadOf: &spent)
    }
}
