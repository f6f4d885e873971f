/// Jinja's `cycler`: gives its values in turn.
final class Cycler: JinjaObject {
    private let values: [JinjaValue]
    private var position = 0

    init(_ values: [JinjaValue]) throws(JinjaError) {
        guard !values.isEmpty else { throw .failure(.runtime, "at least one item has to be provided") }
        self.values = values
        super.init(depth: try levels(above: values))
    }

    override var typeName: String { "Cycler" }

    override func attribute(_ name: String) -> JinjaValue? {
        switch name {
        case "current": values[position]
        case "pos": .int(position)
        case "items": try? .tuple(values)
        case "next", "reset": .object(BoundMethod(.object(self), name, depth: depth))
        default: nil
        }
    }

    func next() -> JinjaValue {
        defer { position = (position + 1) % values.count }
        return values[position]
    }

    func reset() { position = 0 }
}
