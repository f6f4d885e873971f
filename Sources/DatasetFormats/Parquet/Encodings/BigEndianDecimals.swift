/// Decimals as byte strings: integers in two's complement, the most significant byte first.
enum BigEndianDecimals {
    /// The same integers in little-endian bytes of one width.
    ///
    /// - Throws: `invalid` where one does not fit.
    static func widen(_ values: LeafValues, width: Int) throws(ColumnarDefect) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(values.views.count * width)
        for view in values.views {
            let bytes = values.buffers[Int(view.buffer)].bytes(view.offset, Int(view.length))
            let sign: UInt8 = bytes.first ?? 0 >= 0x80 ? 0xFF : 0
            let extra = max(0, bytes.count - width)
            let kept = bytes[extra...]
            guard bytes[..<extra].allSatisfy({ $0 == sign }), extra == 0 || (kept.first ?? 0) & 0x80 == sign & 0x80
            else {
                throw .invalid("a decimal of \(bytes.count) bytes is larger than its precision")
            }
            result.append(contentsOf: kept.reversed())
            for _ in kept.count..<width { result.append(sign) }
        }
        return result
    }
}
