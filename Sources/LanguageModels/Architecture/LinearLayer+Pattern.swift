extension ModelConfiguration {
    /// The linear layers whose module's whole name, `model.layers.3.mlp.up_proj` say, matches a pattern, as PEFT's
    /// `target_modules` does where it is a text.
    ///
    /// - Returns: nil where blocks differ: an adapter has the same targets in all.
    public func linearLayers(matching pattern: Regex<AnyRegexOutput>) -> Set<LinearLayer>? {
        func matching(_ layer: Int) -> Set<LinearLayer> {
            let block = architecture.huggingFaceBlock(layer)
            return Set(
                linearLayers.filter { linear in
                    let name = "\(block).\(linear.huggingFacePath(in: architecture))"
                    return (try? pattern.wholeMatch(in: name)) != nil
                })
        }
        let first = matching(0)
        return (1..<max(1, layerCount)).allSatisfy { matching($0) == first } ? first : nil
    }
}
