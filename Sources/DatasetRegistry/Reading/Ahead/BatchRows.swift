import DatasetFormats

/// A batch's rows, which are to be read.
struct BatchRows: Sendable {
    let count: Int
    let shards: JoinedShards
    let addresses: @Sendable () -> [RowAddress]
    /// The batches that it is read together with, and its number among them.
    let member: RowGroup.Member?

    /// Lends the rows as they stand in their files, in the batch's order.
    ///
    /// - Throws: as `StoredDataset.rows(at:)`, and what the body throws.
    func forEach(_ body: (_ place: Int, _ address: RowAddress, _ bytes: Span<UInt8>) throws -> Void) throws {
        var text: [UInt8] = []
        var found = Array(repeating: (address: RowAddress(dataset: 0, row: 0), range: 0..<0), count: count)
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
    func parsed(insteadOf spent: inout [JSONObject]?) throws -> [JSONObject] {
        var parsed = JSONObject.room(for: count, insteadOf: &spent)
        var parsers = shards.datasets.map { JSONRowParser(source: $0.name) }
        try lend { place, address, bytes in
            try parsers[address.dataset].parse(bytes, index: address.row, insteadOf: &parsed[place])
        }
        return parsed
    }

    /// Lends the rows in any order.
    private func lend(_ body: (_ place: Int, _ address: RowAddress, _ bytes: Span<UInt8>) throws -> Void) throws {
        var lentCount = try member?.lend(body)
        if lentCount == nil {
            let addresses = addresses()
            try shards.lend(addresses) { try body($0, addresses[$0], $1) }
            lentCount = addresses.count
        }
        precondition(lentCount == count, "a batch has other rows than it was said to have")
    }
}
