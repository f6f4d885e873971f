/// A `{% block %}`, which sees the template's own variables and not those of the blocks around it.
struct BlockDefinition: Sendable {
    let body: CompiledBody
    let entries: [ScopeEntry]
    let slotCount: Int
    let weight: Int

    func run(_ renderer: Renderer) throws(JinjaError) {
        let outer = renderer.activation
        renderer.activation = Activation(
            slots: [JinjaValue](repeating: .none, count: slotCount), parent: renderer.root)
        defer { renderer.activation = outer }
        try renderer.deeper(by: weight) { () throws(JinjaError) in
            entries.enter(renderer)
            _ = try body.run(renderer)
        }
    }
}
