/// The fields of a table of FlatBuffers, by their numbers, for writing.
struct FlatFields: Sendable, ExpressibleByArrayLiteral {
    private(set) var entries: [(id: Int, value: FlatValue)]

    init(arrayLiteral elements: (Int, FlatValue)...) { entries = elements.map { (id: $0.0, value: $0.1) } }

    mutating func append(_ id: Int, _ value: FlatValue) { entries.append((id, value)) }
}
