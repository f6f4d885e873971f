import Conversations
import DatasetFormats
import DatasetRegistry

/// Rows as conversations.
struct ConversationItems: RowItemMaker {
    let datasets: [StoredDataset]
    private let converters: [RowConverter]

    init(_ datasets: [StoredDataset]) throws {
        self.datasets = datasets
        converters = try datasets.map { try $0.converter }
    }

    func append(_ row: Span<UInt8>, _ address: RowAddress, separator: UInt8, to text: inout [UInt8]) throws {
        let conversation = try converters[address.dataset].conversation(
            from: try parse(row, address), index: address.row)
        text += JSONWriter.bytes(.object(ConversationView.json(conversation)), style: .compact)
    }
}
