/// What a parser keeps from row to row.
struct JSONRowMemory: Sendable {
    /// Where a string is put together that has escapes.
    var scratch: [UInt8] = []
    /// The keys of the row before; nil where no row was, or none is to be remembered.
    var keys: JSONRowKeys?
}
