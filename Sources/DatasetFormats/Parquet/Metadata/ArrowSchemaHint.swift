/// What Arrow's writers of Parquet note of a table's types beyond what Parquet itself has: durations and time zones.
enum ArrowSchemaHint {
    /// The note's key. Its value is a message with a schema, in Base64.
    private static let key = "ARROW:schema"

    /// The top fields' types; none where there is no note, or one that cannot be read: it is only a note.
    static func fields(in notes: [(key: String, value: String)]) -> [Field] {
        guard var text = notes.last(where: { $0.key == key })?.value, let bytes = text.withUTF8({ Base64.decode($0) }),
            let message = try? ArrowMessage(ByteBuffer(bytes), at: 0), case .schema(let schema) = message.header,
            let fields = try? ArrowSchemaReader.read(schema)
        else { return [] }
        return fields.map(\.field)
    }

    /// The type that the values have with the hint; it never changes how they are stored.
    static func refine(_ type: ColumnType, by hint: ColumnType?) -> ColumnType {
        switch (type, hint) {
        case (.timestamp(let unit, .some), .timestamp(_, .some(let zone))) where TimeZoneRule.isKnown(zone):
            .timestamp(unit, zone: zone)
        case (.integer(.int64), .duration(let unit)): .duration(unit)
        default: type
        }
    }
}
