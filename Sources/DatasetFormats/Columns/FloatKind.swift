/// The width of a floating-point number (IEEE 754).
public enum FloatKind: Int, Sendable, Hashable {
    case half = 2
    case single = 4
    case double = 8

    public var byteWidth: Int { rawValue }
}
