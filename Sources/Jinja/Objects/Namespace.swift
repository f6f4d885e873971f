/// Jinja's `namespace`: the one thing whose attributes a template may set, also from inside a loop.
final class Namespace: JinjaObject {
    private var names: [String] = []
    private var values: [String: JinjaValue] = [:]

    init() { super.init(depth: 1) }

    override var typeName: String { "Namespace" }

    /// - Throws: `SecurityError` for a name that begins with an underscore.
    func set(_ name: String, to value: JinjaValue) throws(JinjaError) {
        guard name.utf8.first != UInt8(ascii: "_") else {
            throw .failure(
                .security,
                "Chat templates cannot store underscore-prefixed attributes on a namespace, but got '\(name)'."
                    + " Please rename the attribute.")
        }
        if values.updateValue(value, forKey: name) == nil { names.append(name) }
    }

    override func attribute(_ name: String) -> JinjaValue? { values[name] }

    /// Lets go of what it holds, so that namespaces which hold each other are freed, and one by one.
    func clear() { values.removeAll() }

    override func write(to writer: inout RepresentationWriter) throws(JinjaError) {
        try writer.append("<Namespace {")
        for (index, name) in names.enumerated() {
            guard let value = values[name] else { continue }
            if index > 0 { try writer.append(", ") }
            try writer.write(.string(name))
            try writer.append(": ")
            try writer.write(value)
        }
        try writer.append("}>")
    }
}
