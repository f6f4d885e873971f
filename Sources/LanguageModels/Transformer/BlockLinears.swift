import Kernels

/// The linear layers of one block, with all that their products need.
struct BlockLinears {
    let model: TransformerModel
    let layer: Int
    let adapter: LowRankAdapter?
    let activations: LayerActivations
    let dropout: AdapterDropout?

    /// output (+)= x Wᵀ + b, with the adapter's share where it has one; leaves x Aᵀ in `activations`.
    func apply(
        _ linear: LinearLayer, to x: Tensor, into output: Tensor, mode: ComputeContext.ProductMode = .store
    ) {
        model.apply(
            linear, layer: layer, to: x, adapter: adapter, activations: activations, dropout: dropout, into: output,
            mode: mode)
    }

    typealias Target = (linear: LinearLayer, output: Tensor)

    /// Two or three linear layers of the same input, stored: the same bits as one after another.
    func apply(to x: Tensor, _ first: Target, _ second: Target, _ third: Target? = nil) {
        guard isPlain(first), isPlain(second), third.map(isPlain) ?? true else {
            apply(first.linear, to: x, into: first.output)
            apply(second.linear, to: x, into: second.output)
            if let third { apply(third.linear, to: x, into: third.output) }
            return
        }
        model.context.multiply(x, product(first, of: x), product(second, of: x), third.map { product($0, of: x) })
        addBias(first)
        addBias(second)
        if let third { addBias(third) }
    }

    /// Whether the adapter's share, where there is one, is added to the product as it is.
    private func isPlain(_ target: Target) -> Bool {
        adapter?.factors(target.linear, layer: layer)?.magnitudes == nil
            && dropout?.of(target.linear, layer: layer) == nil
    }

    private func product(_ target: Target, of x: Tensor) -> ComputeContext.Product {
        let weight = model.layers[layer].weight(target.linear).forward
        guard let factors = adapter?.factors(target.linear, layer: layer),
            let buffer = activations.lowRank[target.linear]
        else { return ComputeContext.Product(by: weight, into: target.output) }
        let lowRank = buffer.prefix(x.rows)
        model.context.multiply(x, by: factors.down, into: lowRank)
        return ComputeContext.Product(by: weight, adding: (lowRank, factors.up), into: target.output)
    }

    private func addBias(_ target: Target) {
        guard let bias = model.layers[layer].bias(target.linear) else { return }
        model.context.add(bias: bias, to: target.output)
    }
}
