/// A column's name and type.
public struct Field: Sendable, Hashable {
    public var name: String
    public var type: ColumnType
    public var isNullable: Bool

    public init(_ name: String, _ type: ColumnType, isNullable: Bool = true) {
        self.name = name
        self.type = type
        self.isNullable = isNullable
    }
}
