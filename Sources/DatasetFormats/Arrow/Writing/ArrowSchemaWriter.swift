/// Makes the tables of a schema. Source: Arrow, `format/Schema.fbs`.
enum ArrowSchemaWriter {
    /// - Throws: `notStorable` for a type that is not written.
    static func schema(_ fields: [Field]) throws(DatasetFormatsError) -> FlatFields {
        [(0, .int16(0)), (1, .tables(try tables(fields)))]
    }

    private static func tables(_ fields: [Field]) throws(DatasetFormatsError) -> [FlatFields] {
        var tables: [FlatFields] = []
        for field in fields { tables.append(try table(field)) }
        return tables
    }

    private static func table(_ field: Field) throws(DatasetFormatsError) -> FlatFields {
        var children: [Field] = []
        switch field.type {
        case .list(let element), .fixedSizeList(let element, _), .map(let element): children = [element]
        case .struct(let fields): children = fields
        default: break
        }
        let (number, type) = try type(field)
        var table: FlatFields = [
            (0, .string(field.name)), (1, .int8(field.isNullable ? 1 : 0)), (2, .int8(number)), (3, .table(type)),
            (5, .tables(try tables(children))),
        ]
        if field.type == .uuid {
            table.append(6, .tables([[(0, .string("ARROW:extension:name")), (1, .string("arrow.uuid"))]]))
        }
        return table
    }

    /// A type's number in the union `Type`, and its table.
    private static func type(_ field: Field) throws(DatasetFormatsError) -> (UInt8, FlatFields) {
        switch field.type {
        case .null: return (1, [])
        case .integer(let kind):
            return (2, [(0, .int32(Int32(kind.byteWidth * 8))), (1, .int8(kind.isSigned ? 1 : 0))])
        case .float(let kind): return (3, [(0, .int16(kind == .half ? 0 : kind == .single ? 1 : 2))])
        case .binary: return (4, [])
        case .utf8: return (5, [])
        case .bool: return (6, [])
        case .decimal(let precision, let scale, let width):
            return (
                7,
                [
                    (0, .int32(Int32(clamping: precision))), (1, .int32(Int32(clamping: scale))),
                    (2, .int32(Int32(width * 8))),
                ]
            )
        case .date: return (8, [(0, .int16(0))])
        case .dateMilliseconds: return (8, [(0, .int16(1))])
        case .time(let unit):
            let bits: Int32 = unit == .second || unit == .millisecond ? 32 : 64
            return (9, [(0, .int16(Int16(unit.rawValue))), (1, .int32(bits))])
        case .timestamp(let unit, let zone):
            var type: FlatFields = [(0, .int16(Int16(unit.rawValue)))]
            if let zone { type.append(1, .string(zone)) }
            return (10, type)
        case .interval(let kind):
            return (11, [(0, .int16(kind == .months ? 0 : kind == .daysAndMilliseconds ? 1 : 2))])
        case .list: return (12, [])
        case .struct: return (13, [])
        case .fixedSizeBinary(let size): return (15, [(0, .int32(Int32(clamping: size)))])
        case .uuid: return (15, [(0, .int32(16))])
        case .fixedSizeList(_, let size): return (16, [(0, .int32(Int32(clamping: size)))])
        case .map: return (17, [(0, .int8(0))])
        case .duration(let unit): return (18, [(0, .int16(Int16(unit.rawValue)))])
        case .union, .dictionary, .runEndEncoded:
            throw .notStorable(field: field.name, problem: "columns of its type are read and not written; write jsonl")
        }
    }
}
