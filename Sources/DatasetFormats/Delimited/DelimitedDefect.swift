/// A way in which a text is no table of fields (RFC 4180).
public enum DelimitedDefect: Sendable, Hashable, CustomStringConvertible {
    /// The text ends inside a quoted field.
    case unclosedQuote
    case afterQuote(byte: UInt8)
    case fieldCount(expected: Int, found: Int)
    case duplicateColumn(String)
    case invalidUTF8

    public var description: String {
        switch self {
        case .unclosedQuote:
            "a field begins with a quote that is never closed; double the quotes inside a quoted field"
        case .afterQuote(let byte):
            "\(Self.shown(byte)) follows a closing quote, where the field should end; double the quotes inside a"
                + " quoted field"
        case .fieldCount(let expected, let found):
            "the record has \(found) fields, and the first has \(expected); quote fields that hold the delimiter"
        case .duplicateColumn(let name):
            "two columns are called \"\(name)\"; give each a name of its own"
        case .invalidUTF8: "not valid UTF-8; convert the file first, as with iconv -t UTF-8"
        }
    }

    /// Whether nobody can say where the record ends, so that reading cannot go on after it.
    public var hidesEnd: Bool {
        switch self {
        case .unclosedQuote, .afterQuote: true
        case .fieldCount, .duplicateColumn, .invalidUTF8: false
        }
    }

    private static func shown(_ byte: UInt8) -> String {
        byte > 0x20 && byte < 0x7F ? "\"\(Character(Unicode.Scalar(byte)))\"" : "byte \(byte)"
    }
}
