import Conversations
import DatasetRegistry
import StreamingLoader

/// Rows encoded as they come, without keeping their tokens.
struct EncodedItems: RowItemMaker {
    let datasets: [StoredDataset]
    private let converters: [RowConverter]
    private let encoders: [RowEncoder]

    init(_ datasets: [StoredDataset], encoders: [RowEncoder]) throws {
        self.datasets = datasets
        converters = try datasets.map { try $0.converter }
        self.encoders = encoders
    }

    func append(_ row: Span<UInt8>, _ address: RowAddress, separator: UInt8, to text: inout [UInt8]) throws {
        let conversation = try converters[address.dataset].conversation(
            from: try parse(row, address), index: address.row)
        let encoded = try encoders[address.dataset].encoded(conversation, row: address.row)
        for (place, sequence) in encoded.sequences.enumerated() {
            if place > 0 { text.append(separator) }
            TokenText.append([sequence.example], role: sequence.role, to: &text)
        }
    }
}
