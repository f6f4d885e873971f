import ArgumentParser
import DatasetFormats
import DatasetRegistry

extension TextRowReader.Unit: ExpressibleByArgument {}

/// How a file of rows is written, where it does not say so itself.
struct SourceFormatOptions: ParsableArguments {
    enum TableTypes: String, CaseIterable, ExpressibleByArgument {
        case text, inferred
    }

    @Option(help: "How the file is written; found from its bytes and its name where it is not given.")
    var fileFormat: DatasetFormat?
    @Option(help: "What stands between the fields of a table: one character, or tab.") var delimiter: String?
    @Flag(help: "The first record of a table is a row, and columns are column_1, column_2, ….") var noHeader = false
    @Option(help: "What the columns of a table hold: text, or what all their values are (numbers, true and false).")
    var types = TableTypes.text
    @Option(help: "What a document of a plain text is.") var documents = TextRowReader.Unit.line

    /// - Throws: `ValidationError` for a delimiter that is none.
    func options() throws -> SourceOptions {
        var options = SourceOptions()
        options.format = fileFormat
        options.hasHeader = !noHeader
        options.infersTypes = types == .inferred
        options.textUnit = documents
        if let delimiter {
            let text = delimiter == "tab" || delimiter == "\\t" ? "\t" : delimiter
            guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x80, !"\"\r\n".utf8.contains(byte) else {
                throw ValidationError("--delimiter \(delimiter): is one ASCII character, no quote and no line break")
            }
            options.delimiter = byte
        }
        return options
    }
}
