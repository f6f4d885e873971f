/// Makes the tree of fields out of the list of nodes that a file has.
struct ParquetSchemaReader {
    private let elements: [ParquetSchemaElement]
    private var position = 1
    private var leaves: [ParquetLeaf] = []

    private static let maximumDepth = 64

    /// Where in the schema a field is.
    private struct Place {
        var path: [String]
        var definition: UInt8
        var repetition: UInt8
        var hint: ColumnType?
    }

    init(elements: [ThriftStruct]) throws(ColumnarDefect) {
        var read: [ParquetSchemaElement] = []
        for element in elements { read.append(try ParquetSchemaElement(element)) }
        guard !read.isEmpty else { throw .invalid("the file has no schema") }
        self.elements = read
    }

    /// - Parameter hints: what the writer noted of the top fields' types beyond what Parquet has.
    mutating func read(hints: [Field]) throws(ColumnarDefect) -> (fields: [ParquetField], leaves: [ParquetLeaf]) {
        var fields: [ParquetField] = []
        for index in 0..<elements[0].childCount {
            let hint = index < hints.count ? hints[index].type : nil
            fields.append(try readField(in: Place(path: [], definition: 0, repetition: 0, hint: hint)))
        }
        guard position == elements.count else { throw .invalid("the schema has nodes that belong to no group") }
        return (fields, leaves)
    }

    private mutating func take() throws(ColumnarDefect) -> ParquetSchemaElement {
        guard position < elements.count else { throw .truncated("the schema") }
        defer { position += 1 }
        return elements[position]
    }

    /// A field, which is a list without more ado where it repeats.
    private mutating func readField(in place: Place) throws(ColumnarDefect) -> ParquetField {
        let element = try take()
        var inner = place
        inner.path.append(element.name)
        guard inner.path.count <= Self.maximumDepth else {
            throw .tooLarge("the schema's depth", limit: Self.maximumDepth)
        }
        switch element.repetition {
        case .required: return try readValue(element, in: inner, isNullable: false)
        case .optional:
            inner.definition += 1
            return try readValue(element, in: inner, isNullable: true)
        case .repeated:
            inner.definition += 1
            inner.repetition += 1
            let value = try readValue(element, in: inner, isNullable: false)
            return ParquetField(
                field: Field(element.name, .list(value.field), isNullable: false),
                shape: .list(value, level: inner.definition, repetition: inner.repetition), level: place.definition)
        }
    }

    private mutating func readValue(
        _ element: ParquetSchemaElement, in place: Place, isNullable: Bool
    ) throws(ColumnarDefect) -> ParquetField {
        if element.childCount == 0 { return try readLeaf(element, in: place, isNullable: isNullable) }
        if element.isList || element.isMap, element.childCount == 1 {
            let next = position < elements.count ? elements[position] : element
            if next.repetition == .repeated {
                return try readRepeated(element, in: place, isNullable: isNullable)
            }
            guard !element.isMap else { throw .invalid("the map \(element.name) does not repeat") }
        }
        guard !element.isMap else { throw .invalid("the map \(element.name) has \(element.childCount) fields") }
        var children: [ParquetField] = []
        for index in 0..<element.childCount {
            var inner = place
            inner.hint = nil
            if case .struct(let hints) = place.hint, index < hints.count { inner.hint = hints[index].type }
            children.append(try readField(in: inner))
        }
        return ParquetField(
            field: Field(element.name, .struct(children.map(\.field)), isNullable: isNullable),
            shape: .group(children), level: place.definition)
    }

    /// A list or a map, whose only child repeats. What the child's child is depends on which of the ways of the
    /// past wrote it.
    ///
    /// Source: parquet-format, `LogicalTypes.md`, "Nested types" with its rules for backward compatibility.
    private mutating func readRepeated(
        _ element: ParquetSchemaElement, in place: Place, isNullable: Bool
    ) throws(ColumnarDefect) -> ParquetField {
        let repeated = try take()
        var inner = place
        inner.path.append(repeated.name)
        inner.definition += 1
        inner.repetition += 1
        inner.hint = Self.elementHint(place.hint)
        let isMap = element.isMap && repeated.childCount == 2
        let value: ParquetField
        if isMap {
            let key = try readField(in: inner, hint: inner.hint, at: 0)
            let mapped = try readField(in: inner, hint: inner.hint, at: 1)
            value = ParquetField(
                field: Field(repeated.name, .struct([key.field, mapped.field]), isNullable: false),
                shape: .group([key, mapped]), level: inner.definition)
        } else if element.isMap, repeated.childCount != 1 {
            throw .invalid("the map \(element.name) holds something else than keys and values")
        } else if isElementItself(repeated, of: element) {
            value = try readValue(repeated, in: inner, isNullable: false)
        } else {
            value = try readField(in: inner)
        }
        return ParquetField(
            field: Field(element.name, isMap ? .map(value.field) : .list(value.field), isNullable: isNullable),
            shape: .list(value, level: inner.definition, repetition: inner.repetition), level: place.definition)
    }

    private mutating func readField(
        in place: Place, hint: ColumnType?, at index: Int
    ) throws(ColumnarDefect) -> ParquetField {
        var inner = place
        inner.hint = nil
        if case .struct(let hints) = hint, index < hints.count { inner.hint = hints[index].type }
        return try readField(in: inner)
    }

    private static func elementHint(_ hint: ColumnType?) -> ColumnType? {
        switch hint {
        case .list(let field), .fixedSizeList(let field, _), .map(let field): field.type
        default: nil
        }
    }

    /// Whether a list's repeated child is the element, and not a group around it.
    private func isElementItself(_ repeated: ParquetSchemaElement, of list: ParquetSchemaElement) -> Bool {
        if repeated.childCount != 1 || list.isMap { return repeated.childCount != 1 }
        if repeated.name == "array" || repeated.name == list.name + "_tuple" { return true }
        return position < elements.count && elements[position].repetition == .repeated
    }

    private mutating func readLeaf(
        _ element: ParquetSchemaElement, in place: Place, isNullable: Bool
    ) throws(ColumnarDefect) -> ParquetField {
        guard let physical = element.physicalType else { throw .invalid("the group \(element.name) has no fields") }
        let type = ArrowSchemaHint.refine(try element.columnType(physical), by: place.hint)
        leaves.append(
            ParquetLeaf(
                name: place.path.joined(separator: "."), physicalType: physical, length: element.length, type: type,
                maximumDefinition: place.definition, maximumRepetition: place.repetition))
        return ParquetField(
            field: Field(element.name, type, isNullable: isNullable), shape: .leaf(leaves.count - 1),
            level: place.definition)
    }
}
