/// A figure's mean.
public struct Measure: Sendable, Hashable {
    public let name: String
    public var sum: Double
    public var weight: Double

    init(_ name: String, sum: Double = 0, weight: Double = 0) {
        self.name = name
        self.sum = sum
        self.weight = weight
    }

    /// nil for a mean of nothing.
    public var mean: Double? { weight > 0 ? sum / weight : nil }
}

extension [Measure] {
    /// None, with room for as many as any stage has.
    static var withRoom: [Measure] {
        var measures: [Measure] = []
        measures.makeRoom()
        return measures
    }

    /// Room of its own for as many as any stage has.
    mutating func makeRoom() { reserveCapacity(8) }

    /// Counts a value in the mean of a figure.
    mutating func add(_ value: Double, to name: String) {
        add(Measure(name, sum: 0 + value, weight: 1))
    }

    /// Adds the values of figures with the same names.
    mutating func add(_ others: [Measure]) {
        for other in others { add(other) }
    }

    private mutating func add(_ other: Measure) {
        if let index = firstIndex(where: { $0.name == other.name }) {
            self[index].sum += other.sum
            self[index].weight += other.weight
        } else {
            append(other)
        }
    }
}
