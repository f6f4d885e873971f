/// Makes the schema's nodes of a table's fields.
struct ParquetSchemaWriter {
    private(set) var leaves: [ParquetLeafSchema] = []
    private var nodes: [(inout CompactThriftWriter) -> Void] = []

    /// - Throws: `notStorable` for a type that Parquet has no form for.
    init(_ fields: [Field]) throws(DatasetFormatsError) {
        nodes.append { thrift in
            thrift.text(4, "schema")
            thrift.int32(5, fields.count)
        }
        for field in fields { try append(field, path: []) }
    }

    func write(to thrift: inout CompactThriftWriter, id: Int16) {
        thrift.structures(id, count: nodes.count) { writer, index in nodes[index](&writer) }
    }

    private enum Repetition {
        static let required = 0
        static let optional = 1
        static let repeated = 2
    }

    private mutating func append(_ field: Field, path outer: [String]) throws(DatasetFormatsError) {
        let path = outer + [field.name]
        let repetition = field.isNullable ? Repetition.optional : Repetition.required
        switch field.type {
        case .struct(let fields):
            guard !fields.isEmpty else {
                throw .notStorable(
                    field: path.joined(separator: "."),
                    problem: "its objects have no fields, which Parquet cannot store; write arrow or jsonl")
            }
            group(field.name, repetition, children: fields.count)
            for child in fields { try append(child, path: path) }
        case .list(let element), .fixedSizeList(let element, _):
            group(field.name, repetition, children: 1, converted: 3, logical: 3)
            group("list", Repetition.repeated, children: 1)
            try append(Field("element", element.type, isNullable: element.isNullable), path: path + ["list"])
        case .map(let pair):
            guard case .struct(let fields) = pair.type, fields.count == 2 else {
                throw .notStorable(field: field.name, problem: "a map whose elements are no pairs")
            }
            group(field.name, repetition, children: 1, converted: 1, logical: 2)
            group("key_value", Repetition.repeated, children: 2)
            try append(Field("key", fields[0].type, isNullable: false), path: path + ["key_value"])
            try append(Field("value", fields[1].type, isNullable: fields[1].isNullable), path: path + ["key_value"])
        default:
            let type = try ParquetLeafType(field.type, of: path.joined(separator: "."))
            leaves.append(ParquetLeafSchema(path: path, type: type))
            nodes.append { thrift in Self.write(field.name, type, repetition, to: &thrift) }
        }
    }

    private mutating func group(
        _ name: String, _ repetition: Int, children: Int, converted: Int? = nil, logical: Int16? = nil
    ) {
        nodes.append { thrift in
            thrift.int32(3, repetition)
            thrift.text(4, name)
            thrift.int32(5, children)
            if let converted { thrift.int32(6, converted) }
            if let logical { thrift.structure(10) { $0.structure(logical) { _ in } } }
        }
    }

    private static func write(
        _ name: String, _ type: ParquetLeafType, _ repetition: Int, to thrift: inout CompactThriftWriter
    ) {
        thrift.int32(1, type.physicalType.rawValue)
        if type.physicalType == .fixedLengthByteArray { thrift.int32(2, type.width) }
        thrift.int32(3, repetition)
        thrift.text(4, name)
        if let converted = type.convertedType { thrift.int32(6, converted) }
        if case .decimal(let precision, let scale) = type.logicalType {
            thrift.int32(7, scale)
            thrift.int32(8, precision)
        }
        if let logical = type.logicalType { thrift.structure(10) { logical.write(to: &$0) } }
    }
}
