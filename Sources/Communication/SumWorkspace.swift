/// Memory for sums over the ranks, which one sum after another uses.
public struct SumWorkspace: Sendable {
    private(set) var sent: [Double] = []
    var received: [Double] = []

    public init() {}

    /// Takes a rank's values, and zeros up to a number of places that all ranks share alike.
    mutating func take(_ values: [Double], places: Int) {
        sent.removeAll(keepingCapacity: true)
        sent.append(contentsOf: values)
        for _ in values.count..<places { sent.append(0) }
        received.removeAll(keepingCapacity: true)
        for _ in 0..<places { received.append(0) }
    }

    /// Adds up the parts that came from all ranks, in their order, into the beginning of what is sent next.
    mutating func addParts(of size: Int, count: Int) {
        for place in 0..<size {
            var total = received[place]
            for rank in 1..<count { total += received[rank * size + place] }
            sent[place] = total
        }
    }
}
