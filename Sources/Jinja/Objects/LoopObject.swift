/// What a template knows of the loop that it is in as `loop`.
final class LoopObject: JinjaObject {
    /// Runs the loop once more, over other values, one level deeper.
    var recurse: ((JinjaValue, Int) throws(JinjaError) -> JinjaValue)?

    private var iterator: ValueIterator
    private var knownCount: Int?
    private let level: Int
    private unowned let renderer: Renderer
    private var index = -1
    private var previous: JinjaValue?
    private var current: JinjaValue?
    /// What was read ahead: the next value, or that there is none.
    private var peeked: JinjaValue??
    private var lastChanged: [JinjaValue]?

    /// - Parameters:
    ///   - count: the number of values, where it is known.
    ///   - depth: levels of recursion.
    ///   - levels: levels of values in what it runs over.
    init(over iterator: ValueIterator, count: Int?, depth: Int, levels: Int, _ renderer: Renderer) {
        self.iterator = iterator
        knownCount = count
        level = depth
        self.renderer = renderer
        super.init(depth: levels)
    }

    override var typeName: String { "LoopContext" }
    override var isCallable: Bool { recurse != nil }
    override var representation: String { "<LoopContext \(index + 1)/\(knownCount.map(String.init) ?? "?")>" }

    func advance() throws(JinjaError) -> JinjaValue? {
        let next: JinjaValue?
        if let peeked {
            next = peeked
            self.peeked = nil
        } else {
            next = try iterator.next(renderer)
        }
        guard let next else { return nil }
        index += 1
        previous = current
        current = next
        return next
    }

    /// Lets go of the loop's own function, which holds the loop.
    func end() { recurse = nil }

    private func next() throws(JinjaError) -> JinjaValue? {
        if let peeked { return peeked }
        let next = try iterator.next(renderer)
        peeked = .some(next)
        return next
    }

    private func length() throws(JinjaError) -> Int {
        if let knownCount { return knownCount }
        let rest = try iterator.rest(renderer)
        iterator = ValueIterator(rest)
        var total = rest.count + index + 1
        if let peeked, peeked.isSome { total += 1 }
        knownCount = total
        return total
    }

    override func attribute(_ name: String) throws(JinjaError) -> JinjaValue? {
        switch name {
        case "index": .int(index + 1)
        case "index0": .int(index)
        case "first": .bool(index == 0)
        case "last": .bool(try !next().isSome)
        case "length": .int(try length())
        case "revindex": .int(try length() - index)
        case "revindex0": .int(try length() - index - 1)
        case "previtem": previous ?? .undefined(.described("there is no previous item"))
        case "nextitem": try next() ?? .undefined(.described("there is no next item"))
        case "depth": .int(level + 1)
        case "depth0": .int(level)
        case "cycle", "changed": .object(BoundMethod(.object(self), name, depth: depth))
        default: nil
        }
    }

    func call(_ name: String, _ arguments: Arguments) throws(JinjaError) -> JinjaValue? {
        let values = arguments.positional
        if name == "cycle" {
            guard !values.isEmpty else { throw .type("no items for cycling given") }
            return values[index % values.count]
        }
        defer { lastChanged = values }
        guard let lastChanged, lastChanged.count == values.count else { return .bool(true) }
        for (old, new) in zip(lastChanged, values) where try !isEqualTo(old, new) { return .bool(true) }
        return .bool(false)
    }

    override func call(_ arguments: Arguments, _ renderer: Renderer) throws(JinjaError) -> JinjaValue {
        guard let recurse else {
            throw .type("The loop must have the 'recursive' marker to be called recursively.")
        }
        guard arguments.positional.count == 1, arguments.named.isEmpty else {
            throw .type("a loop takes the values to run over, and nothing else")
        }
        return try recurse(arguments.positional[0], level + 1)
    }
}
