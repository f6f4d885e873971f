/// A group of `groupby`: a pair whose parts also have names.
final class Group: JinjaObject {
    private let parts: [JinjaValue]

    init(key: JinjaValue, elements: [JinjaValue]) throws(JinjaError) {
        parts = [key, try .list(elements)]
        super.init(depth: try levels(above: parts))
    }

    override var typeName: String { "tuple" }
    override var count: Int? { parts.count }
    override var isSequence: Bool { true }

    override func elements() -> ValueIterator? { ValueIterator(parts) }

    override func element(_ key: JinjaValue) -> JinjaValue? {
        key.index.flatMap { position(of: $0, count: parts.count) }.map { parts[$0] }
    }

    override func attribute(_ name: String) -> JinjaValue? {
        switch name {
        case "grouper": parts[0]
        case "list": parts[1]
        default: nil
        }
    }

    override func write(to writer: inout RepresentationWriter) throws(JinjaError) {
        try writer.write(elements: parts, open: "(", close: ")")
    }
}
