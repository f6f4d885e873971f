/// Goes from batch to batch, from a state on.
public struct BatchCursor {
    private let plan: BatchPlan
    private let epochs: Int?
    public private(set) var state: LoaderState

    /// - Parameter epochs: where to stop; nil to go on for ever.
    public init(_ plan: BatchPlan, from state: LoaderState, epochs: Int?) {
        self.plan = plan
        self.epochs = epochs
        self.state = state
    }

    /// The next batch; nil after the last epoch, or where an epoch has no batch at all.
    public mutating func next() -> BatchPlan.Batch? {
        guard let batch = plan.batch(at: state), batch.epoch < epochs ?? .max else { return nil }
        state = batch.next
        return batch
    }
}
