import Conversations
import DatasetFormats
import DatasetRegistry
import StreamingLoader

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
