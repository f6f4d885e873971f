/// A function that every template knows, such as `range`.
final class BuiltinFunction: JinjaObject {
    typealias Body = @Sendable (Arguments, Renderer) throws(JinjaError) -> JinjaValue

    private let name: String
    private let body: Body

    init(_ name: String, _ body: @escaping Body) {
        self.name = name
        self.body = body
        super.init(depth: 1)
    }

    override var typeName: String { "function" }
    override var isCallable: Bool { true }
    override var representation: String { name == "dict" ? "<class 'dict'>" : "<function \(name)>" }

    override func call(_ arguments: Arguments, _ renderer: Renderer) throws(JinjaError) -> JinjaValue {
        try body(arguments, renderer)
    }
}
