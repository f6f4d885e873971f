import Conversations
import DatasetFormats
import DatasetRegistry
import StreamingLoader

/// Makes the items of a stream: each a JSON object in one line. Callable from any thread.
protocol StreamItems: Sendable {
    /// Samples of each data set, a row or a sequence of it.
    var counts: [Int] { get }

    /// Which samples of a data set are on a side of a split.
    func selection(ofPart part: Int, _ isTaken: (_ hash: UInt64) -> Bool) throws -> RowSelection

    /// Appends an item, or several for a row that has several.
    ///
    /// - Parameter separator: what stands between them.
    /// - Throws: where it cannot be read; what is wrong with one row alone, as `SkippedRow` knows it.
    func append(_ sample: DatasetMixture.Place, separator: UInt8, to text: inout [UInt8]) throws
}

/// Rows as they are.
struct RowItems: StreamItems {
    let datasets: [StoredDataset]

    var counts: [Int] { datasets.map(\.rowCount) }

    func selection(ofPart part: Int, _ isTaken: (UInt64) -> Bool) throws -> RowSelection {
        var selection = RowSelection()
        try datasets[part].forEachRow(at: 0..<datasets[part].rowCount) { _, bytes in
            selection.append(isTaken(EvaluationSplit.hash(bytes)))
        }
        return selection
    }

    func append(_ sample: DatasetMixture.Place, separator: UInt8, to text: inout [UInt8]) throws {
        let dataset = datasets[sample.part]
        try dataset.forEachRow(at: [sample.row]) { index, bytes in
            guard bytes.contains(0x0A) else {
                text += bytes
                return
            }
            // A row that is spread over lines.
            let row = try JSONParser.parseRow(bytes, index: index, source: dataset.name)
            text += JSONWriter.bytes(.object(row), style: .compact)
        }
    }
}

/// Rows as conversations.
struct ConversationItems: StreamItems {
    let rows: RowItems
    let converters: [RowConverter]

    init(_ datasets: [StoredDataset]) throws {
        rows = RowItems(datasets: datasets)
        converters = try datasets.map { try $0.converter }
    }

    var counts: [Int] { rows.counts }

    func selection(ofPart part: Int, _ isTaken: (UInt64) -> Bool) throws -> RowSelection {
        try rows.selection(ofPart: part, isTaken)
    }

    func append(_ sample: DatasetMixture.Place, separator: UInt8, to text: inout [UInt8]) throws {
        for row in try rows.datasets[sample.part].rows(at: [sample.row]) {
            let conversation = try converters[sample.part].conversation(from: row, index: sample.row)
            text += JSONWriter.bytes(.object(ConversationView.json(conversation)), style: .compact)
        }
    }
}
