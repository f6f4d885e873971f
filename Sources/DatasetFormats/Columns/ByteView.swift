/// Where a text or byte string is: in which of a column's buffers, and at which of its bytes.
struct ByteView: Sendable {
    var buffer: Int32
    var length: Int32
    var offset: Int
}
