extension [UInt8] {
    public mutating func append(littleEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    /// The bytes of integers after one another.
    public init(littleEndian values: some Sequence<some FixedWidthInteger>) {
        self = []
        for value in values { append(littleEndian: value) }
    }
}
