/// What stands for a name or an attribute that is not there: empty where it is printed, an error where it is used.
public final class Undefined: Sendable {
    private enum Reason {
        case name(String)
        case attribute(String, of: String)
        case element(String, of: String)
        case unsafe(String, of: String)
        case described(String)
    }

    private let reason: Reason

    private init(_ reason: Reason) { self.reason = reason }

    static func name(_ name: String) -> Undefined { Undefined(.name(name)) }

    static func described(_ message: String) -> Undefined { Undefined(.described(message)) }

    static func attribute(_ name: String, of value: JinjaValue) -> Undefined {
        Undefined(.attribute(name, of: typeDescription(value)))
    }

    static func element(_ key: JinjaValue, of value: JinjaValue) -> Undefined {
        if case .string(let name) = key { return attribute(name, of: value) }
        return Undefined(.element((try? representation(of: key)) ?? key.typeName, of: typeDescription(value)))
    }

    /// An attribute that the sandbox hides.
    static func unsafe(_ name: String, of value: JinjaValue) -> Undefined {
        Undefined(.unsafe(name, of: value.typeName))
    }

    /// What using it throws.
    var error: JinjaError {
        switch reason {
        case .name(let name): .failure(.undefined, "'\(name)' is undefined")
        case .attribute(let name, let type): .failure(.undefined, "'\(type)' has no attribute '\(name)'")
        case .element(let key, let type): .failure(.undefined, "\(type) has no element \(key)")
        case .unsafe(let name, let type):
            .failure(.security, "access to attribute '\(name)' of '\(type)' object is unsafe.")
        case .described(let message): .failure(.undefined, message)
        }
    }

    private static func typeDescription(_ value: JinjaValue) -> String {
        value.isNone ? "None" : "\(value.typeName) object"
    }
}
