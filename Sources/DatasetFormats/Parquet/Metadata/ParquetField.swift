/// A field of the schema as its reader sees it: with lists and maps made out of the groups that stand for them.
struct ParquetField: Sendable {
    indirect enum Shape: Sendable {
        case leaf(Int)
        case group([ParquetField])
        /// - `level`: the definition level from which the list has an element.
        /// - `repetition`: the repetition level of its second element.
        case list(ParquetField, level: UInt8, repetition: UInt8)
    }

    let field: Field
    let shape: Shape
    /// The definition level from which there is a value here, an empty list perhaps.
    let level: UInt8

    /// The first of the columns below, whose levels tell this field's shape.
    var firstLeaf: Int {
        switch shape {
        case .leaf(let index): index
        case .group(let fields): fields[0].firstLeaf
        case .list(let element, _, _): element.firstLeaf
        }
    }
}
