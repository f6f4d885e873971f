import DatasetFormats

/// Rows that can be asked for by number.
public protocol RowSource: Sendable {
    /// What messages call it.
    var name: String { get }
    var rowCount: Int { get }

    /// - Throws: where the row cannot be read, or is not what its store says.
    func row(at index: Int) throws -> JSONObject
}
