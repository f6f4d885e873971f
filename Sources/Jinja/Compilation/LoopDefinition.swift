/// A `for` loop, compiled.
struct LoopDefinition: Sendable {
    /// `for x in xs if …`, whose test has a variable `x` of its own: it runs ahead of the body.
    struct Filter: Sendable {
        let assign: Assignment
        let test: Evaluation
    }

    /// What a loop needs that calls itself: variables for each call.
    struct Recursion: Sendable {
        let slotCount: Int
        let weight: Int
    }

    let assign: Assignment
    let filter: Filter?
    let body: CompiledBody
    let entries: [ScopeEntry]
    /// Where `loop` is; nil where the body does not use it.
    let loopSlot: Int?
    let otherwise: CompiledBody
    let otherwiseEntries: [ScopeEntry]
    let recursion: Recursion?

    func run(over sequence: JinjaValue, _ renderer: Renderer) throws(JinjaError) -> Flow {
        guard let recursion else { return try run(over: sequence, depth: 0, outer: nil, renderer) }
        return try run(over: sequence, depth: 0, recursion, outer: renderer.activation, renderer)
    }

    private func run(
        over sequence: JinjaValue, depth: Int, _ recursion: Recursion, outer: Activation, _ renderer: Renderer
    ) throws(JinjaError) -> Flow {
        let caller = renderer.activation
        renderer.activation = Activation(
            slots: [JinjaValue](repeating: .none, count: recursion.slotCount), parent: outer)
        defer { renderer.activation = caller }
        return try renderer.deeper(by: recursion.weight) { () throws(JinjaError) in
            try run(over: sequence, depth: depth, outer: outer, renderer)
        }
    }

    private func run(
        over sequence: JinjaValue, depth: Int, outer: Activation?, _ renderer: Renderer
    ) throws(JinjaError) -> Flow {
        guard loopSlot != nil || filter != nil else { return try runPlainly(over: sequence, renderer) }
        var count: Int?
        if filter == nil {
            switch sequence {
            case .list(let list), .tuple(let list): count = list.elements.count
            case .dictionary(let dictionary): count = dictionary.entries.count
            case .undefined: count = 0
            case .object(let object): count = object.count
            default: break
            }
        }
        let loop = LoopObject(
            over: try filtered(try sequence.iterator(renderer)), count: count, depth: depth,
            levels: try levels(above: [sequence]), renderer)
        if let recursion, let outer {
            loop.recurse = { (sequence, depth) throws(JinjaError) in
                let text = try renderer.captured { () throws(JinjaError) in
                    _ = try self.run(over: sequence, depth: depth, recursion, outer: outer, renderer)
                }
                return renderer.escapesOutput ? .markup(text) : .string(text)
            }
        }
        defer { loop.end() }
        var isEmpty = true
        while let value = try loop.advance() {
            isEmpty = false
            try renderer.charge(1)
            entries.enter(renderer)
            if let loopSlot { renderer.activation[loopSlot] = .object(loop) }
            try assign(value, renderer)
            if try body.run(renderer) == .breakLoop { break }
        }
        return isEmpty ? try runOtherwise(renderer) : .next
    }

    private func runPlainly(over sequence: JinjaValue, _ renderer: Renderer) throws(JinjaError) -> Flow {
        var iterator = try sequence.iterator(renderer)
        var isEmpty = true
        while let value = try iterator.next(renderer) {
            isEmpty = false
            try renderer.charge(1)
            entries.enter(renderer)
            try assign(value, renderer)
            if try body.run(renderer) == .breakLoop { break }
        }
        return isEmpty ? try runOtherwise(renderer) : .next
    }

    private func runOtherwise(_ renderer: Renderer) throws(JinjaError) -> Flow {
        otherwiseEntries.enter(renderer)
        return try otherwise.run(renderer)
    }

    private func filtered(_ iterator: ValueIterator) throws(JinjaError) -> ValueIterator {
        guard let filter else { return iterator }
        var source = iterator
        return ValueIterator { (renderer) throws(JinjaError) in
            while let value = try source.next(renderer) {
                try renderer.charge(1)
                try filter.assign(value, renderer)
                if try filter.test(renderer).isTrue { return value }
            }
            return nil
        }
    }
}
