import Conversations
import DatasetFormats
import DatasetRegistry
import StreamingLoader

/// A stored dataset as a loader reads it.
struct StoredRows: RowSource {
    let dataset: StoredDataset

    var name: String { dataset.name }
    var rowCount: Int { dataset.rowCount }

    func row(at index: Int) throws -> JSONObject {
        var rows = try dataset.rows(at: [index])
        return rows.removeLast()
    }
}

extension StoredDataset {
    /// - Throws: `CommandError.noSchema` where nothing says what the rows mean.
    var schema: RowSchema {
        get throws {
            guard let schema = attributes.schema else { throw CommandError.noSchema(dataset: name) }
            return schema
        }
    }

    /// - Throws: as `schema`.
    var converter: RowConverter {
        get throws { RowConverter(schema: try schema) }
    }

    /// Which rows a training takes.
    func sampling(maximum: Int?, seed: UInt64) -> RowSampling {
        RowSampling(rowCount: rowCount, sampleCount: attributes.sampleCount, maximum: maximum, seed: seed)
    }
}
