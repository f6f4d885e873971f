/// The variables of a call at run time: how many there are, and how many calls are around it.
final class FunctionFrame {
    let depth: Int
    private(set) var slotCount = 0

    init(depth: Int) { self.depth = depth }

    func addSlot() -> Int {
        defer { slotCount += 1 }
        return slotCount
    }
}

/// Where a variable is: so many calls outwards, and its place there.
struct VariableReference: Sendable {
    let levels: Int
    let slot: Int

    @inline(__always)
    func value(_ renderer: Renderer) -> JinjaValue {
        if levels == 0 { return renderer.activation[slot] }
        var activation = renderer.activation
        for _ in 0..<levels {
            guard let parent = activation.parent else { return .none }
            activation = parent
        }
        return activation[slot]
    }
}

/// What a block that has variables of its own gives them when it is entered: Jinja reads an outer variable of the same
/// name then, and never writes it.
struct ScopeEntry: Sendable {
    enum Source: Sendable {
        case outer(VariableReference)
        case undefined(Undefined)
    }

    let slot: Int
    let source: Source
}

/// The names that a block of the template knows, while it is compiled.
final class Scope {
    let parent: Scope?
    let function: FunctionFrame
    private var slots: [String: Int] = [:]
    private(set) var entries: [ScopeEntry] = []
    /// Of the names that are only there if they are used, which ones were.
    private(set) var usedImplicitNames: Set<String> = []
    private var implicitNames: Set<String> = []
    /// Names that the template takes from what it is given; of the root.
    private(set) var contextNames: [(name: String, slot: Int)] = []

    init(parent: Scope?, function: FunctionFrame) {
        self.parent = parent
        self.function = function
    }

    private var root: Scope {
        var scope = self
        while let parent = scope.parent { scope = parent }
        return scope
    }

    /// A name that the block itself is given a value for.
    @discardableResult
    func declare(_ name: String, isImplicit: Bool = false) -> Int {
        if let slot = slots[name] { return slot }
        let slot = function.addSlot()
        slots[name] = slot
        if isImplicit { implicitNames.insert(name) }
        return slot
    }

    /// The names that a body sets.
    func declareStores(of analysis: NameAnalysis) {
        for name in analysis.stores where slots[name] == nil {
            let inherits = !analysis.isStoredFirst(name)
            if parent == nil {
                if inherits { _ = addContextName(name) } else { declareUndefined(name) }
            } else if let outer = inherits ? reference(name) : find(name) {
                entries.append(ScopeEntry(slot: declare(name), source: .outer(outer)))
            } else {
                declareUndefined(name)
            }
        }
    }

    private func declareUndefined(_ name: String) {
        entries.append(ScopeEntry(slot: declare(name), source: .undefined(.name(name))))
    }

    private func addContextName(_ name: String) -> Int {
        let slot = declare(name)
        contextNames.append((name, slot))
        return slot
    }

    func ownSlot(_ name: String) -> Int? { slots[name] }

    func find(_ name: String) -> VariableReference? {
        var scope: Scope? = self
        while let current = scope {
            if let slot = current.slots[name] {
                if current.implicitNames.contains(name) { current.usedImplicitNames.insert(name) }
                return VariableReference(levels: function.depth - current.function.depth, slot: slot)
            }
            scope = current.parent
        }
        return nil
    }

    /// Where a name's value is; one that no block sets is the template's own input.
    func reference(_ name: String) -> VariableReference {
        if let found = find(name) { return found }
        let root = root
        return VariableReference(levels: function.depth - root.function.depth, slot: root.addContextName(name))
    }
}

extension [ScopeEntry] {
    func enter(_ renderer: Renderer) {
        for entry in self {
            renderer.activation[entry.slot] =
                switch entry.source {
                case .outer(let reference): reference.value(renderer)
                case .undefined(let undefined): .undefined(undefined)
                }
        }
    }
}
