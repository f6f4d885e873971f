/// Softmax and cross-entropy in one.
extension ComputeContext {
    /// Finds the loss of each row, −log softmax(logits)[label] in nats, and the gradient of `scale` times their sum.
    ///
    /// - Parameters:
    ///   - logits: wide `[rows, vocabulary]`; overwritten.
    ///   - labels: one for each row, each less than the vocabulary's size.
    ///   - gradient: narrow `[rows, vocabulary]`, or nil where only the loss is wanted.
    ///   - losses: the rows' losses are added at its end.
    public func crossEntropy(
        logits: Tensor, labels: ArraySlice<Int32>, scale: Double, gradient: Tensor?, appendingTo losses: inout [Double]
    ) {
        precondition(logits.element == .wide && labels.count == logits.rows)
        precondition(labels.allSatisfy { $0 >= 0 && $0 < logits.columns })
        precondition(gradient.map { $0.element == .narrow && $0.count == logits.count } ?? true)
        let before = losses.count
        losses.append(contentsOf: repeatElement(0, count: labels.count))
        let span = begin(.crossEntropy)
        defer { span?.end() }
        losses.withUnsafeMutableBufferPointer { losses in
            labels.withUnsafeBufferPointer { labels in
                guard let loss = losses.baseAddress, let label = labels.baseAddress else { return }
                let operands = (kernels, loss + before, gradient, logits, label, scale)
                forEachBlock(of: labels.count, by: 8, with: operands) { rows, operands in
                    let (kernels, loss, gradient, logits, label, scale) = operands
                    let first = rows.lowerBound
                    kernels.pointee.crossEntropy(
                        loss + first, gradient?.row(first), logits.row(first), label + first, rows.count,
                        logits.columns, scale)
                }
            }
        }
    }

    /// The loss of each row, in an array of its own.
    public func crossEntropy(logits: Tensor, labels: [Int32], scale: Double, gradient: Tensor?) -> [Double] {
        var losses: [Double] = []
        crossEntropy(logits: logits, labels: labels[...], scale: scale, gradient: gradient, appendingTo: &losses)
        return losses
    }
}
