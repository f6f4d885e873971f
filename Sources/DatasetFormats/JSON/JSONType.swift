/// The types of JSON values.
public enum JSONType: String, Sendable, Hashable, CaseIterable {
    case null, boolean, number, string, list, object

    public init(of value: JSONValue) {
        self =
            switch value {
            case .null: .null
            case .bool: .boolean
            case .number: .number
            case .string: .string
            case .array: .list
            case .object: .object
            }
    }
}
