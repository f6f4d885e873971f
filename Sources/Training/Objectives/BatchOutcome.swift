/// What a batch's gradients were made of.
public struct BatchOutcome: Sendable, Hashable {
    /// The batch's loss: a mean over its targets, pairs or judged answers.
    public var loss = 0.0
    /// What the mean is over; how much the batch counts in the mean of several.
    public var weight = 0
    /// Tokens that gradients come from.
    public var tokenCount = 0
    public var targetCount = 0
    /// Further figures, in an order that does not change.
    public var measures: [Measure] = []
}

/// A figure's mean.
public struct Measure: Sendable, Hashable {
    public let name: String
    public var sum: Double
    public var weight: Double

    public init(_ name: String, of values: [Double]) {
        self.name = name
        sum = values.reduce(0, +)
        weight = Double(values.count)
    }

    init(_ name: String, sum: Double, weight: Double) {
        self.name = name
        self.sum = sum
        self.weight = weight
    }

    /// nil for a mean of nothing.
    public var mean: Double? { weight > 0 ? sum / weight : nil }
}

extension [Measure] {
    /// Adds the values of figures with the same names.
    mutating func add(_ others: [Measure]) {
        for other in others {
            if let index = firstIndex(where: { $0.name == other.name }) {
                self[index].sum += other.sum
                self[index].weight += other.weight
            } else {
                append(other)
            }
        }
    }
}
