/// A value in a manifest whose meaning the store does not know.
public indirect enum RecordValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int)
    case double(Double)
    case string(String)
    case array([RecordValue])
    case object([String: RecordValue])

    public var stringValue: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    public var intValue: Int? {
        guard case .int(let value) = self else { return nil }
        return value
    }

    public var arrayValue: [RecordValue]? {
        guard case .array(let value) = self else { return nil }
        return value
    }

    public var objectValue: [String: RecordValue]? {
        guard case .object(let value) = self else { return nil }
        return value
    }
}

extension RecordValue: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        switch reader.peek() {
        case UInt8(ascii: "\"")?: self = .string(try reader.read())
        case UInt8(ascii: "{")?: self = .object(try reader.read())
        case UInt8(ascii: "[")?: self = .array(try reader.read())
        case UInt8(ascii: "t")?, UInt8(ascii: "f")?: self = .bool(try reader.read())
        case UInt8(ascii: "n")?:
            guard reader.take("null") else { throw reader.unexpected("null") }
            self = .null
        default: self = try Self.number(&reader)
        }
    }

    private static func number(_ reader: inout RecordReader) throws(ContentStoreError) -> RecordValue {
        let text = try reader.readNumber()
        if let value = Int(text) { return .int(value) }
        guard let value = Double(text), value.isFinite else { throw reader.malformed("\(text) is too large") }
        return Int(exactly: value).map { .int($0) } ?? .double(value)
    }
}

extension RecordValue: Encodable {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .int(let value): try container.encode(value)
        case .double(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}
