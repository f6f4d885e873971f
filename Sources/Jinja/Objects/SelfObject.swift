/// Jinja's `self`: the template's blocks, to be written once more.
final class SelfObject: JinjaObject {
    private let blocks: [String: BlockDefinition]

    init(_ blocks: [String: BlockDefinition]) {
        self.blocks = blocks
        super.init(depth: 1)
    }

    override var typeName: String { "TemplateReference" }

    override func attribute(_ name: String) -> JinjaValue? {
        guard let block = blocks[name] else { return nil }
        return .object(
            BuiltinFunction(name) { (_, renderer) throws(JinjaError) in
                let text = try renderer.captured { () throws(JinjaError) in try block.run(renderer) }
                return renderer.escapesOutput ? .markup(text) : .string(text)
            })
    }
}
