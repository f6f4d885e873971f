/// Jinja's `joiner`: nothing the first time it is called, then its separator.
final class Joiner: JinjaObject {
    private let separator: JinjaValue
    private var wasCalled = false

    init(separator: JinjaValue) throws(JinjaError) {
        self.separator = separator
        super.init(depth: try levels(above: [separator]))
    }

    override var typeName: String { "Joiner" }
    override var isCallable: Bool { true }

    override func attribute(_ name: String) -> JinjaValue? {
        switch name {
        case "sep": separator
        case "used": .bool(wasCalled)
        default: nil
        }
    }

    override func call(_ arguments: Arguments, _ renderer: Renderer) throws(JinjaError) -> JinjaValue {
        defer { wasCalled = true }
        return wasCalled ? separator : .string("")
    }
}
