/// The tokens of a pass that have a target, in memory that is kept from pass to pass.
struct TargetRows: Sendable {
    private(set) var rows: [Int] = []
    private(set) var labels: [Int32] = []
    /// −log p of each, in nats, as far as the head has come.
    var losses: [Double] = []

    /// Makes room for the targets of so many tokens.
    mutating func reserve(tokenCount: Int) {
        rows.reserveCapacity(tokenCount)
        labels.reserveCapacity(tokenCount)
        losses.reserveCapacity(tokenCount)
    }

    mutating func assign(_ targets: [Int32?]) {
        rows.removeAll(keepingCapacity: true)
        labels.removeAll(keepingCapacity: true)
        losses.removeAll(keepingCapacity: true)
        for (row, target) in targets.enumerated() {
            guard let target else { continue }
            rows.append(row)
            labels.append(target)
        }
    }
}
