/// A piece of a template's source.
struct Token {
    enum Kind: Hashable {
        /// Text between tags, as it is written out.
        case data(String)
        case variableBegin, variableEnd, blockBegin, blockEnd
        case name(String)
        /// A text literal, its escapes undone.
        case string(String)
        case integer(String)
        case float(String)
        case symbol(String)
        case end

        /// What messages call it.
        var description: String {
            switch self {
            case .data: "template data"
            case .variableBegin: "begin of print statement"
            case .variableEnd: "end of print statement"
            case .blockBegin: "begin of statement block"
            case .blockEnd: "end of statement block"
            case .name(let name): name
            case .string(let text): text
            case .integer(let text), .float(let text), .symbol(let text): text
            case .end: "end of template"
            }
        }
    }

    let kind: Kind
    let line: Int
}
