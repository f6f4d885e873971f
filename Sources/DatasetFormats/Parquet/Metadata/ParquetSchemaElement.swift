/// A node of the schema as the file has it. Source: parquet-format, `parquet.thrift`, `SchemaElement`.
struct ParquetSchemaElement: Sendable {
    enum Repetition: Int, Sendable {
        case required, optional, repeated
    }

    /// Converted types that make groups into something else.
    enum Annotation: Int {
        case map = 1
        case mapKeyValue = 2
        case list = 3
    }

    let name: String
    let physicalType: ParquetPhysicalType?
    let length: Int
    let repetition: Repetition
    let childCount: Int
    let convertedType: Int?
    let scale: Int
    let precision: Int
    let logicalType: ThriftStruct?

    init(_ thrift: ThriftStruct) throws(ColumnarDefect) {
        name = try thrift.text(4, "a column's name") ?? ""
        let type = try thrift.int(1, "a column's type")
        childCount = try thrift.int(5, "a group's number of fields") ?? 0
        if childCount == 0, let type {
            physicalType = try ParquetPhysicalType(number: type)
        } else {
            physicalType = nil
        }
        length = try thrift.int(2, "a column's length") ?? 0
        guard length >= 0, childCount >= 0 else { throw .invalid("a column's length or a group's is below zero") }
        let repetition = try thrift.int(3, "a column's repetition") ?? 0
        guard let known = Repetition(rawValue: repetition) else {
            throw .invalid("there is no repetition \(repetition)")
        }
        self.repetition = known
        convertedType = try thrift.int(6, "a converted type")
        scale = try thrift.int(7, "a scale") ?? 0
        precision = try thrift.int(8, "a precision") ?? 0
        logicalType = try thrift.structure(10, "a logical type")
    }

    var isList: Bool { logicalType?.has(3) ?? false || convertedType == Annotation.list.rawValue }

    var isMap: Bool {
        logicalType?.has(2) ?? false || convertedType == Annotation.map.rawValue
            || convertedType == Annotation.mapKeyValue.rawValue
    }
}
