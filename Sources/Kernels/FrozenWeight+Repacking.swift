extension FrozenWeight {
    /// Takes new values, for both directions: a weight that is trained has its own wide values, and this is their
    /// packed copy. On the calling thread.
    ///
    /// - Parameter values: wide `[outputs, inputs]`.
    public func repack(from values: Tensor, in context: ComputeContext) {
        precondition(values.rows == outputs && values.columns == inputs)
        switch forward.layout {
        case .panels:
            context.pack(values, transposed: true, into: forward)
            if let backward { context.pack(values, into: backward) }
        default:
            // A plain transpose shares the memory of its original, which is the one that is filled.
            guard let plain = backward else { preconditionFailure("a weight that changes was made for gradients") }
            context.pack(values, into: plain)
        }
    }
}
