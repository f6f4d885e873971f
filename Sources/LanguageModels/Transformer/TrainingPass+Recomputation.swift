import Kernels

/// Blocks that are computed again in the backward: all share the memory of one, and only their inputs are kept.
extension TrainingPass {
    /// Keeps the input of a block, where the block will be computed again.
    func keepInput(of layer: Int, count: Int) {
        guard !keptInputs.isEmpty else { return }
        keptInputs[layer].prefix(count).assign(from: workspace.residual.prefix(count))
    }

    /// Computes a block again from what was kept, so that its backward can follow.
    ///
    /// The same operations on the same numbers give the same bits; an adapter's dropout has its noise by place.
    func recompute(_ layer: Int, _ layout: TokenLayout) {
        // The last block was the last that was computed.
        guard !keptInputs.isEmpty, layer + 1 < model.layers.count else { return }
        workspace.residual.prefix(layout.count).assign(from: keptInputs[layer].prefix(layout.count))
        model.forward(
            layer: layer, layout, adapter: adapter, activations: activations[layer], workspace: workspace, cache: nil,
            dropout: currentDropout)
    }
}
