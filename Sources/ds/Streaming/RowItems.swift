import DatasetFormats
import DatasetRegistry

/// Rows as they are.
struct RowItems: RowItemMaker {
    let datasets: [StoredDataset]

    func append(_ row: Span<UInt8>, _ address: RowAddress, separator: UInt8, to text: inout [UInt8]) throws {
        let start = text.count
        text.append(copying: row)
        guard text[start...].contains(0x0A) else { return }
        // A row that is spread over lines.
        text.removeLast(text.count - start)
        text += JSONWriter.bytes(.object(try parse(row, address)), style: .compact)
    }
}
