/// The width of an integer, and whether it has a sign.
public enum IntegerKind: Sendable, Hashable, CaseIterable {
    case int8, int16, int32, int64, uint8, uint16, uint32, uint64

    public init?(bitWidth: Int, isSigned: Bool) {
        switch (bitWidth, isSigned) {
        case (8, true): self = .int8
        case (16, true): self = .int16
        case (32, true): self = .int32
        case (64, true): self = .int64
        case (8, false): self = .uint8
        case (16, false): self = .uint16
        case (32, false): self = .uint32
        case (64, false): self = .uint64
        default: return nil
        }
    }

    public var byteWidth: Int {
        switch self {
        case .int8, .uint8: 1
        case .int16, .uint16: 2
        case .int32, .uint32: 4
        case .int64, .uint64: 8
        }
    }

    public var isSigned: Bool {
        switch self {
        case .int8, .int16, .int32, .int64: true
        case .uint8, .uint16, .uint32, .uint64: false
        }
    }
}
