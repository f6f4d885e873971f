/// A value of Thrift's compact protocol.
indirect enum ThriftValue: Sendable {
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case bytes([UInt8])
    case list([ThriftValue])
    case structure(ThriftStruct)

    var int: Int64? {
        guard case .int(let value) = self else { return nil }
        return value
    }

    var bytes: [UInt8]? {
        guard case .bytes(let value) = self else { return nil }
        return value
    }

    var structure: ThriftStruct? {
        guard case .structure(let value) = self else { return nil }
        return value
    }
}
