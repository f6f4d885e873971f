import DatasetFormats

/// A batch whose rows are to be read.
public struct RowBatch<Batch: Sendable>: Sendable {
    public let batch: Batch
    public let rowCount: Int
    private let shards: JoinedShards
    private let rows: @Sendable (Batch) -> [RowAddress]
    /// The batches that it is read together with, and its number among them.
    private let member: RowGroup.Member?

    init(
        _ batch: Batch, rowCount: Int, _ shards: JoinedShards, _ rows: @escaping @Sendable (Batch) -> [RowAddress],
        member: RowGroup.Member? = nil
    ) {
        self.batch = batch
        self.rowCount = rowCount
        self.shards = shards
        self.rows = rows
        self.member = member
    }

    /// Lends the rows as they stand in their files, in the batch's order.
    ///
    /// - Throws: as `StoredDataset.rows(at:)`, and what the body throws.
    public func forEachRow(
        _ body: (_ place: Int, _ address: RowAddress, _ bytes: Span<UInt8>) throws -> Void
    ) throws {
        var text: [UInt8] = []
        var found = Array(repeating: (address: RowAddress(dataset: 0, row: 0), range: 0..<0), count: rowCount)
        try lend { place, address, bytes in
            found[place] = (address, text.count..<text.count + bytes.count)
            text.append(copying: bytes)
        }
        for (place, row) in found.enumerated() { try body(place, row.address, text.span.extracting(row.range)) }
    }

    /// The rows, parsed, in the batch's order.
    ///
    /// - Parameter spent: as `StoredDataset.rows(at:insteadOf:)` takes them.
    /// - Throws: as `StoredDataset.rows(at:)`.
    public func rows(insteadOf spent: inout [JSONObject]?) throws -> [JSONObject] {
        var parsed = JSONObject.room(for: rowCount, insteadOf: &spent)
        var parsers = shards.datasets.map { JSONRowParser(source: $0.name) }
        try lend { place, address, bytes in
            parsed[place] = JSONObject()
            parsed[place] = try parsers[address.dataset].parse(bytes, index: address.row)
        }
        return parsed
    }

    /// Lends the rows in any order.
    private func lend(
        _ body: (_ place: Int, _ address: RowAddress, _ bytes: Span<UInt8>) throws -> Void
    ) throws {
        var lent = 0
        func lend(_ place: Int, _ address: RowAddress, _ bytes: Span<UInt8>) throws {
            try body(place, address, bytes)
            lent += 1
        }
        if try !(member?.lend(lend) ?? false) {
            let addresses = rows(batch)
            try shards.lend(addresses) { try lend($0, addresses[$0], $1) }
        }
        precondition(lent == rowCount, "a batch has other rows than it was said to have")
    }
}
