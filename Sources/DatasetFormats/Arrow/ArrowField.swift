/// A field of an Arrow schema, with what its reader needs to know.
struct ArrowField: Sendable {
    struct DictionaryEncoding: Sendable {
        let id: Int64
        let indexKind: IntegerKind
    }

    let name: String
    let isNullable: Bool
    let layout: ArrowLayout
    let children: [ArrowField]
    /// Where the values are kept once each, and the field holds their places.
    let dictionary: DictionaryEncoding?
    /// The name of an extension type, whose storage this is.
    let extensionName: String?

    var field: Field {
        Field(name, dictionary.map { .dictionary($0.indexKind, valueType) } ?? valueType, isNullable: isNullable)
    }

    /// What the values are, dictionary or not.
    var valueType: ColumnType {
        switch layout {
        case .null: .null
        case .bool: .bool
        case .integer(let kind): isBoolean ? .bool : .integer(kind)
        case .float(let kind): .float(kind)
        case .byteString(let isText, _), .byteView(let isText): isText ? .utf8 : .binary
        case .fixedSizeBinary(let size): isUUID ? .uuid : .fixedSizeBinary(size)
        case .decimal(let precision, let scale, let width):
            .decimal(precision: precision, scale: scale, byteWidth: width)
        case .temporal(let type, _): type
        case .interval(let kind): .interval(kind)
        case .list, .listView: .list(children[0].field)
        case .map: .map(children[0].field)
        case .fixedSizeList(let size): .fixedSizeList(children[0].field, size)
        case .struct: .struct(children.map(\.field))
        case .union: .union(children.map(\.field))
        case .runEndEncoded: .runEndEncoded(children[1].valueType)
        }
    }

    /// Whether it is a boolean kept in a byte.
    var isBoolean: Bool {
        guard case .integer(.int8) = layout else { return false }
        return extensionName == "arrow.bool8"
    }

    private var isUUID: Bool {
        guard case .fixedSizeBinary(16) = layout else { return false }
        return extensionName == "arrow.uuid"
    }
}
