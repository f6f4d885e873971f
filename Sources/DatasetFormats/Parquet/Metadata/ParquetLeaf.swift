/// A column that holds values, at the end of the schema's branches.
struct ParquetLeaf: Sendable {
    /// The path to it, with dots.
    let name: String
    let physicalType: ParquetPhysicalType
    /// The bytes of a value of a fixed-length byte array.
    let length: Int
    /// What its values mean.
    let type: ColumnType
    /// The definition level of a value that is there.
    let maximumDefinition: UInt8
    let maximumRepetition: UInt8
}
