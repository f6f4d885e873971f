/// A metadata value of a GGUF file.
public indirect enum GGUFValue: Sendable, Hashable {
    case unsigned(UInt64)
    case signed(Int64)
    case float(Double)
    case bool(Bool)
    case string(String)
    case array([GGUFValue])
    /// Arrays of strings and of numbers are long in vocabularies, so they have a form without boxes.
    case strings([String])
    case integers([Int])
    case floats([Float])

    public var int: Int? {
        switch self {
        case .unsigned(let value): Int(exactly: value)
        case .signed(let value): Int(exactly: value)
        default: nil
        }
    }

    public var double: Double? {
        switch self {
        case .float(let value): value
        case .unsigned(let value): Double(value)
        case .signed(let value): Double(value)
        default: nil
        }
    }

    public var boolValue: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    public var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    public var stringsValue: [String]? {
        guard case .strings(let value) = self else { return nil }
        return value
    }

    public var integersValue: [Int]? {
        guard case .integers(let value) = self else { return nil }
        return value
    }

    public var floatsValue: [Float]? {
        guard case .floats(let value) = self else { return nil }
        return value
    }
}
