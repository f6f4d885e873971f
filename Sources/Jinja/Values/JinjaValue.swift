/// A value of a template, which behaves as Python's of the same name.
///
/// No value changes once it is made, except for objects: the sandbox of chat templates refuses `list.append` and its
/// like. So lists and dictionaries need no identity.
public enum JinjaValue {
    case undefined(Undefined)
    case none
    case bool(Bool)
    case int(Int)
    /// An integer that does not fit `int`.
    case bigInteger(BigInteger)
    case float(Double)
    case string(String)
    /// Text that is already safe in HTML: what `escape` and `safe` give.
    case markup(String)
    case list(JinjaList)
    case tuple(JinjaList)
    case dictionary(JinjaDictionary)
    case object(JinjaObject)

    /// How many levels of values are in this one; 0 for what holds none.
    var depth: Int {
        switch self {
        case .list(let list), .tuple(let list): list.depth
        case .dictionary(let dictionary): dictionary.depth
        case .object(let object): object.depth
        default: 0
        }
    }

    /// The text, where it is one.
    public var text: String? {
        switch self {
        case .string(let text), .markup(let text): text
        default: nil
        }
    }

    /// The name of its type in Python, for messages.
    var typeName: String {
        switch self {
        case .undefined: "Undefined"
        case .none: "NoneType"
        case .bool: "bool"
        case .int, .bigInteger: "int"
        case .float: "float"
        case .string: "str"
        case .markup: "Markup"
        case .list: "list"
        case .tuple: "tuple"
        case .dictionary: "dict"
        case .object(let object): object.typeName
        }
    }

    /// What `if` makes of it.
    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .bigInteger: true
        case .float(let value): value != 0
        case .string(let text), .markup(let text): !text.isEmpty
        case .list(let list), .tuple(let list): !list.elements.isEmpty
        case .dictionary(let dictionary): !dictionary.entries.isEmpty
        case .object(let object): object.isTrue
        }
    }

    var isUndefined: Bool {
        guard case .undefined = self else { return false }
        return true
    }

    var isNone: Bool {
        guard case .none = self else { return false }
        return true
    }
}

extension JinjaValue {
    /// The integer that decimal digits write, after a sign if there is one.
    ///
    /// - Throws: a limit where it has more bits than a template's integers may have, `ValueError` where it is none.
    public init(integer text: String) throws(JinjaError) {
        guard text.utf8.count <= JinjaLimits.integerBits / 3 else {
            throw .limit(.integerBits(limit: JinjaLimits.integerBits))
        }
        guard let value = BigInteger(decimal: text) else { throw .value("\(text) is no integer") }
        self = try .integer(value)
    }
}
