/// A method together with the value it is of, such as `text.upper` without its brackets.
final class BoundMethod: JinjaObject {
    let receiver: JinjaValue
    let name: String

    init(_ receiver: JinjaValue, _ name: String, depth: Int) {
        self.receiver = receiver
        self.name = name
        super.init(depth: depth + 1)
    }

    override var typeName: String { "builtin_function_or_method" }
    override var isCallable: Bool { true }
    override var representation: String { "<built-in method \(name) of \(receiver.typeName) object>" }

    override func call(_ arguments: Arguments, _ renderer: Renderer) throws(JinjaError) -> JinjaValue {
        guard let value = try callMethod(name, of: receiver, arguments, renderer) else {
            throw Undefined.attribute(name, of: receiver).error
        }
        return value
    }

    override func isEqual(to other: JinjaObject) throws(JinjaError) -> Bool {
        guard let other = other as? BoundMethod, hasSameBytes(name, other.name) else { return false }
        return try isEqualTo(receiver, other.receiver)
    }
}
