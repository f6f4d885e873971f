/// A macro, compiled.
final class MacroDefinition: Sendable {
    struct Parameter: Sendable {
        let name: String
        let slot: Int
        let defaultValue: Evaluation?
    }

    let name: String
    let parameters: [Parameter]
    /// Where what is passed beyond the parameters goes; nil where the body does not ask for it.
    let extraPositionalSlot: Int?
    let extraNamedSlot: Int?
    let callerSlot: Int?
    private let body: CompiledBody
    private let entries: [ScopeEntry]
    private let slotCount: Int
    private let weight: Int

    init(
        name: String, parameters: [Parameter], scope: Scope, body: CompiledBody, weight: Int
    ) {
        self.name = name
        self.parameters = parameters
        func slot(_ name: String) -> Int? {
            scope.usedImplicitNames.contains(name) ? scope.ownSlot(name) : nil
        }
        extraPositionalSlot = slot("varargs")
        extraNamedSlot = slot("kwargs")
        callerSlot = slot("caller")
        self.body = body
        entries = scope.entries
        slotCount = scope.function.slotCount
        self.weight = weight
    }

    /// Runs the macro and gives what it writes.
    func call(
        _ arguments: Arguments, in outer: Activation, _ renderer: Renderer
    ) throws(JinjaError) -> JinjaValue {
        let caller = renderer.activation
        let activation = Activation(slots: [JinjaValue](repeating: .none, count: slotCount), parent: outer)
        renderer.activation = activation
        let line = renderer.line
        defer {
            renderer.activation = caller
            renderer.line = line
        }
        let text = try renderer.deeper(by: weight) { () throws(JinjaError) in
            entries.enter(renderer)
            try bind(arguments, to: activation, renderer)
            return try renderer.captured { () throws(JinjaError) in _ = try body.run(renderer) }
        }
        return renderer.escapesOutput ? .markup(text) : .string(text)
    }

    private func bind(
        _ arguments: Arguments, to activation: Activation, _ renderer: Renderer
    ) throws(JinjaError) {
        var rest = arguments.named
        var missing: [Parameter] = []
        for (index, parameter) in parameters.enumerated() {
            if index < arguments.positional.count {
                activation[parameter.slot] = arguments.positional[index]
            } else if let position = rest.firstIndex(where: { $0.name == parameter.name }) {
                activation[parameter.slot] = rest.remove(at: position).value
            } else {
                activation[parameter.slot] = .undefined(
                    .described("parameter '\(parameter.name)' was not provided"))
                missing.append(parameter)
            }
        }
        try bindExtras(arguments, &rest, to: activation)
        for parameter in missing {
            if let value = parameter.defaultValue { activation[parameter.slot] = try value(renderer) }
        }
    }

    private func bindExtras(
        _ arguments: Arguments, _ rest: inout [(name: String, value: JinjaValue)], to activation: Activation
    ) throws(JinjaError) {
        if let callerSlot {
            if let position = rest.firstIndex(where: { $0.name == "caller" }) {
                activation[callerSlot] = rest.remove(at: position).value
            } else {
                activation[callerSlot] = .undefined(.described("No caller defined"))
            }
        }
        if let extraNamedSlot {
            activation[extraNamedSlot] = .dictionary(try JinjaDictionary(uniqueKeys: rest.map { ($0.name, $0.value) }))
        } else if let (name, _) = rest.first {
            if name == "caller" {
                throw .type(
                    "macro '\(self.name)' was invoked with two values for the special caller argument."
                        + " This is most likely a bug.")
            }
            throw .type("macro '\(self.name)' takes no keyword argument '\(name)'")
        }
        let extra = Array(arguments.positional.dropFirst(parameters.count))
        if let extraPositionalSlot {
            activation[extraPositionalSlot] = try .tuple(extra)
        } else if !extra.isEmpty {
            throw .type("macro '\(name)' takes not more than \(parameters.count) argument(s)")
        }
    }
}
