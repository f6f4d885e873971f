/// Softmax and cross-entropy in one.
extension ComputeContext {
    /// The loss of each row, and the gradient of `scale` times their sum.
    ///
    /// - Parameters:
    ///   - logits: wide `[rows, vocabulary]`; overwritten.
    ///   - labels: one for each row, each less than the vocabulary's size.
    ///   - gradient: narrow `[rows, vocabulary]`, or nil where only the loss is wanted.
    /// - Returns: −log softmax(logits)[label] for each row, in nats.
    public func crossEntropy(
        logits: Tensor, labels: [Int32], scale: Double, gradient: Tensor?
    ) -> [Double] {
        precondition(logits.element == .wide && labels.count == logits.rows)
        precondition(labels.allSatisfy { $0 >= 0 && $0 < logits.columns })
        precondition(gradient.map { $0.element == .narrow && $0.count == logits.count } ?? true)
        var losses = [Double](repeating: 0, count: labels.count)
        let span = begin(.crossEntropy)
        defer { span?.end() }
        losses.withUnsafeMutableBufferPointer { losses in
            labels.withUnsafeBufferPointer { labels in
                guard let loss = losses.baseAddress, let label = labels.baseAddress else { return }
                forEachBlock(of: labels.count, by: 8) { rows in
                    let first = rows.lowerBound
                    kernels.pointee.crossEntropy(
                        loss + first, gradient?.row(first), logits.row(first), label + first, rows.count,
                        logits.columns, scale)
                }
            }
        }
        return losses
    }
}
