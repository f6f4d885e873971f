/// What the columns of a table hold, where somebody asks for more than text: found from all of its records, so that a
/// column has one type whatever the order of its rows.
///
/// Numbers are those that JSON writes the same, so that none changes: `007`, `+1` and `.5` make their column one of
/// text. A field without anything on it is null in a column of numbers or of `true` and `false`.
public struct DelimitedColumnTypes: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case text, number, boolean
    }

    private struct Evidence {
        var hasValue = false
        var isNumber = true
        var isBoolean = true
    }

    private(set) var kinds: [Kind] = []

    /// Reads a table to its end. Records that are bad say nothing here; whoever reads them again meets them.
    ///
    /// - Parameter progress: called now and then; what it throws ends the work.
    /// - Throws: `DatasetFormatsError.unreadable`, `rowTooLong`, `noRows`; what `progress` throws.
    public init(of reader: consuming DelimitedRowReader, progress: () throws -> Void = {}) throws {
        var columns: [Evidence] = []
        var count = 0
        var reader = reader
        while true {
            do throws(DatasetFormatsError) {
                guard let record = try reader.next() else { break }
                if columns.isEmpty { columns = record.fields.map { _ in Evidence() } }
                for (index, field) in record.fields.enumerated() where !field.isEmpty {
                    columns[index].hasValue = true
                    if columns[index].isNumber { columns[index].isNumber = Self.isNumber(field) }
                    if columns[index].isBoolean { columns[index].isBoolean = field == "true" || field == "false" }
                }
            } catch {
                guard case .malformedRecord(let defect, _, _, _) = error else { throw error }
                if defect.hidesEnd { break }
            }
            count += 1
            if count % 4096 == 0 { try progress() }
        }
        kinds = columns.map { !$0.hasValue ? .text : $0.isNumber ? .number : $0.isBoolean ? .boolean : .text }
    }

    /// Whether a text is a number in JSON's grammar.
    static func isNumber(_ field: String) -> Bool {
        var field = field
        return field.withUTF8 { bytes in
            guard let first = bytes.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first) else {
                return false
            }
            var cursor = JSONCursor(bytes: bytes, maximumDepth: 0)
            do throws(JSONDefect) {
                _ = try cursor.scanNumber()
                return cursor.position == bytes.count
            } catch { return false }
        }
    }

    /// What a field of a column is.
    func value(_ field: String, column: Int) -> JSONValue {
        switch column < kinds.count ? kinds[column] : .text {
        case .text: .string(field)
        case .number: field.isEmpty ? .null : .number(JSONNumber(validated: field))
        case .boolean: field.isEmpty ? .null : .bool(field == "true")
        }
    }
}
