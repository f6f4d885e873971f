import DatasetFormats
import DatasetRegistry
import StreamingLoader

/// A stored dataset as a loader reads it.
struct StoredRows: RowSource {
    let dataset: StoredDataset

    var name: String { dataset.name }
    var rowCount: Int { dataset.rowCount }
    func row(at index: Int) throws -> JSONObject { try dataset.row(at: index) }
}
