/// What Arrow's writers of Parquet note of a table's types beyond what Parquet itself has: durations and time zones.
enum ArrowSchemaHint {
    /// The top fields' types, where the writer noted them.
    static func fields(in notes: [(key: String, value: String)]) -> [Field] { [] }

    /// The type that the values have with the hint; it never changes how they are stored.
    static func refine(_ type: ColumnType, by hint: ColumnType?) -> ColumnType {
        switch (type, hint) {
        case (.timestamp(let unit, .some), .timestamp(_, .some(let zone))): .timestamp(unit, zone: zone)
        case (.integer(.int64), .duration(let unit)): .duration(unit)
        default: type
        }
    }
}
