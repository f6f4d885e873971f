/// A leaf as its writer knows it.
struct ParquetLeafSchema: Sendable {
    let path: [String]
    let type: ParquetLeafType
}
