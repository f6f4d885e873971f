/// Columns whose values are byte strings.
protocol ByteStringValues: Column {
    func bytes(_ row: Int) -> UnsafeBufferPointer<UInt8>
}

extension ByteStringColumn: ByteStringValues {}
extension ByteViewColumn: ByteStringValues {}
extension FixedBytesColumn: ByteStringValues {}
