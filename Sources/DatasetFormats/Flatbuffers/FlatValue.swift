/// What a field of a table of FlatBuffers holds, for writing.
indirect enum FlatValue: Sendable {
    case int8(UInt8)
    case int16(Int16)
    case int32(Int32)
    case int64(Int64)
    case string(String)
    case table(FlatFields)
    case tables([FlatFields])
    /// A vector of structs or numbers, in whole multiples of eight bytes an element.
    case vector([UInt8], elementSize: Int)

    /// The bytes that stand in the table itself: the number, or an offset.
    var inlineSize: Int {
        switch self {
        case .int8: 1
        case .int16: 2
        case .int64: 8
        case .int32, .string, .table, .tables, .vector: 4
        }
    }
}
