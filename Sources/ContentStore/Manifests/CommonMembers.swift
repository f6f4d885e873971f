/// What every manifest has, of whatever kind: its members are read here once for all of them.
struct CommonMembers {
    private var format: Int?
    private var kind: ReferenceKind?
    private var attributes: [String: RecordValue]?
    private var recipe: Recipe?

    /// Reads the value of a member that the manifest's own kind does not name; one that no kind names is passed over, for
    /// a later ds may have written it.
    mutating func read(_ key: String, from reader: inout RecordReader) throws(ContentStoreError) {
        switch key {
        case "format": format = try reader.read()
        case "kind": kind = try reader.read()
        case "attributes": attributes = try reader.read()
        case "recipe": recipe = try reader.read()
        default: try reader.skip()
        }
    }

    /// All of them, each of which must be there.
    func all(
        of reader: RecordReader
    ) throws(ContentStoreError) -> (
        format: Int, kind: ReferenceKind, attributes: [String: RecordValue], recipe: Recipe
    ) {
        (
            try reader.require(format, "format"), try reader.require(kind, "kind"),
            try reader.require(attributes, "attributes"), try reader.require(recipe, "recipe")
        )
    }
}
