/// A number as it was written: `1.0`, `1e-05` and integers of any length keep their form.
public struct JSONNumber: Sendable, Hashable {
    public let text: String

    /// - Parameter text: a number in JSON's grammar; the parser has checked it.
    init(validated text: String) { self.text = text }

    public init(_ value: Int) { text = String(value) }

    /// A finite number in its shortest form that reads back as the same value; nil for infinities and NaN, which
    /// JSON cannot write.
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        text = value.description
    }

    /// The value, where it is an integer that fits.
    public var int: Int? {
        if let exact = Int(text) { return exact }
        guard let value = Double(text), let exact = Int(exactly: value) else { return nil }
        return exact
    }

    /// The nearest double; infinite where the number is out of range.
    public var double: Double { Double(text) ?? .nan }
}
