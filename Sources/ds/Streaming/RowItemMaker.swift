import DatasetFormats
import DatasetRegistry

/// Makes items of a row each, a JSON object in one line. Callable from any thread.
protocol RowItemMaker: Sendable {
    var datasets: [StoredDataset] { get }

    /// Appends an item, or several for a row that has several.
    ///
    /// - Parameters:
    ///   - row: as it stands in its file.
    ///   - separator: what stands between items.
    /// - Throws: what is wrong with the row, as `SkippedRow` knows it.
    func append(_ row: Span<UInt8>, _ address: RowAddress, separator: UInt8, to text: inout [UInt8]) throws
}

extension RowItemMaker {
    func parse(_ row: Span<UInt8>, _ address: RowAddress) throws -> JSONObject {
        try JSONParser.parseRow(row, index: address.row, source: datasets[address.dataset].name)
    }
}
