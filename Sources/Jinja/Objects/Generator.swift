/// What `map`, `select` and their like give: elements that are made when they are asked for, once.
final class Generator: JinjaObject {
    private var iterator: ValueIterator?
    private let name: String

    /// - Parameter sources: the values that the steps hold on to.
    /// - Throws: a limit where generators of generators are nested too deeply.
    init(name: String = "generator", over sources: [JinjaValue], _ iterator: ValueIterator) throws(JinjaError) {
        self.iterator = iterator
        self.name = name
        super.init(depth: try levels(above: sources))
    }

    override var typeName: String { name }

    override func elements() -> ValueIterator? {
        ValueIterator { (renderer) throws(JinjaError) in try self.next(renderer) }
    }

    func next(_ renderer: Renderer) throws(JinjaError) -> JinjaValue? {
        guard var current = iterator else { return nil }
        // Taken out while it runs, so that a generator which asks itself ends instead of running for ever.
        iterator = nil
        guard let value = try current.next(renderer) else { return nil }
        iterator = current
        return value
    }
}
