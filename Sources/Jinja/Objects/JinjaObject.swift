/// A value with an identity of its own: what can be called, what changes, and what gives elements one by one.
public class JinjaObject {
    /// How many levels of values are in it.
    let depth: Int

    init(depth: Int) { self.depth = depth }

    var typeName: String { "object" }
    var isTrue: Bool { true }
    var isHashable: Bool { true }
    var isCallable: Bool { false }
    /// The number of its elements, where Python's `len` gives one.
    var count: Int? { nil }
    /// Whether `[…]` works on it.
    var isSequence: Bool { false }

    var representation: String { "<\(typeName) object>" }

    /// A text for `str`, written through the limits of a writer.
    func write(to writer: inout RepresentationWriter) throws(JinjaError) { try writer.append(representation) }

    /// An attribute, nil where there is none.
    func attribute(_ name: String) throws(JinjaError) -> JinjaValue? { nil }

    /// An element by its key, nil where there is none.
    func element(_ key: JinjaValue) throws(JinjaError) -> JinjaValue? { nil }

    func call(_ arguments: Arguments, _ renderer: Renderer) throws(JinjaError) -> JinjaValue {
        throw .type("'\(typeName)' object is not callable")
    }

    /// Its elements, nil where it has none to give.
    func elements() -> ValueIterator? { nil }

    func isEqual(to other: JinjaObject) throws(JinjaError) -> Bool { self === other }
}
