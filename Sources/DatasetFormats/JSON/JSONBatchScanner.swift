import CSimdJSON

/// Finds rows and checks them with simdjson, many at a time. What it does not vouch for is read by `JSONParser`, which
/// says what is wrong.
final class JSONBatchScanner {
    private let scanner: OpaquePointer
    /// Not cleared, for only what was found is read.
    private let rows = UnsafeMutableBufferPointer<CSimdJSONRow>.allocate(capacity: capacity)
    private var shapes: [JSONRowShape] = []

    private static let capacity = 8192

    /// - Returns: nil when memory is exhausted.
    init?(limits: JSONLimits) {
        guard let scanner = csimdjson_create(limits.maximumDepth) else { return nil }
        self.scanner = scanner
    }

    deinit {
        csimdjson_free(scanner)
        rows.deallocate()
    }

    /// The rows from just past a row on, to be read before the next call.
    func scan(
        _ bytes: [UInt8], from start: Int, inArray: Bool, maximumRowBytes: Int
    ) -> Slice<UnsafeMutableBufferPointer<CSimdJSONRow>> {
        let count = bytes.withUnsafeBufferPointer { text in
            csimdjson_scan(
                scanner, text.baseAddress.map { $0 + start }, text.count - start, inArray, maximumRowBytes,
                rows.baseAddress, rows.count)
        }
        return rows[..<count]
    }

    /// Reads rows from just past a row on into columns of structs.
    func read(
        _ bytes: [UInt8], from start: Int, inArray: Bool, maximumRowBytes: Int, into columns: GrowingColumn,
        atMost rowLimit: Int
    ) -> CSimdJSONRowsRead {
        while true {
            let read = bytes.withUnsafeBufferPointer { text in
                columns.withColumn {
                    csimdjson_read_columns(
                        scanner, text.baseAddress.map { $0 + start }, text.count - start, inArray, maximumRowBytes, $0,
                        max(0, rowLimit))
                }
            }
            guard read.wants_room else { return read }
            columns.grow()
            if read.row_count > 0 { return read }
        }
    }

    func shape(_ number: Int) -> JSONRowShape {
        while shapes.count <= number { shapes.append(readShape(UInt32(shapes.count))) }
        return shapes[number]
    }

    private func readShape(_ number: UInt32) -> JSONRowShape {
        let members = (0..<csimdjson_shape_count(scanner, number)).map { index in
            var length = 0
            var type = CSIMDJSON_NULL
            let key = csimdjson_shape_member(scanner, number, index, &length, &type)
            let bytes = UnsafeRawBufferPointer(start: key, count: length)
            return JSONRowShape.Member(key: String(decoding: bytes, as: UTF8.self), type: Self.type(type))
        }
        return JSONRowShape(members: members)
    }

    private static func type(_ type: CSimdJSONType) -> JSONType {
        switch type {
        case CSIMDJSON_NULL: .null
        case CSIMDJSON_BOOLEAN: .boolean
        case CSIMDJSON_NUMBER: .number
        case CSIMDJSON_STRING: .string
        case CSIMDJSON_LIST: .list
        default: .object
        }
    }
}
