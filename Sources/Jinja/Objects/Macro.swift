/// A macro together with the variables that it sees.
final class Macro: JinjaObject {
    private let definition: MacroDefinition
    private let outer: Activation

    init(_ definition: MacroDefinition, _ outer: Activation) {
        self.definition = definition
        self.outer = outer
        super.init(depth: 1)
    }

    override var typeName: String { "Macro" }
    override var isCallable: Bool { true }
    override var representation: String { "<Macro \(Jinja.representation(of: definition.name))>" }

    override func attribute(_ name: String) throws(JinjaError) -> JinjaValue? {
        switch name {
        case "name": .string(definition.name)
        case "arguments": try .tuple(definition.parameters.map { .string($0.name) })
        case "catch_kwargs": .bool(definition.extraNamedSlot != nil)
        case "catch_varargs": .bool(definition.extraPositionalSlot != nil)
        case "caller": .bool(definition.callerSlot != nil)
        default: nil
        }
    }

    override func call(_ arguments: Arguments, _ renderer: Renderer) throws(JinjaError) -> JinjaValue {
        try definition.call(arguments, in: outer, renderer)
    }
}
