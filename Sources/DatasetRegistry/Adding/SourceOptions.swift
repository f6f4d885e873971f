import ContentStore
import DatasetFormats

/// How a file of rows is to be read, where it does not say so itself.
public struct SourceOptions: Sendable, Hashable {
    /// nil to find it from the file.
    public var format: DatasetFormat?
    /// What stands between the fields of a table; nil for a comma in CSV and a tab in TSV.
    public var delimiter: UInt8?
    /// Whether the first record of a table names its columns.
    public var hasHeader = true
    /// Whether the columns of a table that hold numbers, or `true` and `false`, are read as such.
    public var infersTypes = false
    /// What a document of a plain text is.
    public var textUnit = TextRowReader.Unit.line

    public init() {}

    /// How a table of this format is written.
    public func dialect(for format: DatasetFormat) -> DelimitedDialect {
        var dialect = format == .tsv ? DelimitedDialect.tsv : .csv
        if let delimiter { dialect.delimiter = delimiter }
        dialect.hasHeader = hasHeader
        dialect.infersTypes = infersTypes
        return dialect
    }

    /// What a recipe has to say, so that the same bytes give the same rows again.
    func record(format: DatasetFormat) -> [String: RecordValue] {
        var record: [String: RecordValue] = ["format": .string(format.rawValue)]
        switch format {
        case .csv, .tsv:
            record["delimiter"] = .int(Int(dialect(for: format).delimiter))
            record["header"] = .bool(hasHeader)
            if infersTypes { record["types"] = .string("inferred") }
        case .text: record["unit"] = .string(textUnit.rawValue)
        case .json, .jsonl, .arrow, .arrowStream, .parquet, .webdataset: break
        }
        return record
    }

    /// The options that a recipe says.
    public init(recipe: Recipe) {
        format = recipe.parameters["format"]?.stringValue.flatMap(DatasetFormat.init)
        delimiter = recipe.parameters["delimiter"]?.intValue.flatMap { UInt8(exactly: $0) }
        if case .bool(let header)? = recipe.parameters["header"] { hasHeader = header }
        infersTypes = recipe.parameters["types"]?.stringValue == "inferred"
        if let unit = recipe.parameters["unit"]?.stringValue.flatMap(TextRowReader.Unit.init) { textUnit = unit }
    }
}
