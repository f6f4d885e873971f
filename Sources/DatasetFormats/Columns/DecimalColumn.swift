/// Decimal numbers: little-endian integers in two's complement, divided by ten to the scale.
final class DecimalColumn: Column {
    let type: ColumnType
    let scale: Int
    let width: Int
    let data: ByteBuffer
    let count: Int
    let validity: Bitmap?

    /// - Throws: `truncated` where the data holds fewer, `invalid` for a width or a scale that there is not.
    init(
        precision: Int, scale: Int, width: Int, data: ByteBuffer, count: Int, validity: Bitmap?
    ) throws(ColumnarDefect) {
        guard [4, 8, 16, 32].contains(width) else { throw .invalid("decimals of \(width) bytes") }
        guard abs(scale) <= 1000 else { throw .invalid("decimals of scale \(scale)") }
        guard count >= 0, count <= data.count / width else { throw .truncated("a column of \(count) decimals") }
        type = .decimal(precision: precision, scale: scale, byteWidth: width)
        self.scale = scale
        self.width = width
        self.data = data
        self.count = count
        self.validity = validity
        try checkValidity()
    }

    func writeValue(_ row: Int, to text: inout JSONText) {
        var limbs: [UInt64]
        switch width {
        case 4: limbs = [UInt64(bitPattern: Int64(data.load(row, as: Int32.self)))]
        default: limbs = (0..<width / 8).map { data.load(row * (width / 8) + $0, as: UInt64.self) }
        }
        let isNegative = limbs[limbs.count - 1] >> 63 == 1
        if isNegative { DecimalText.negate(&limbs) }
        let digits = DecimalText.digits(of: limbs)
        if text.style == .tagged { text.append(#"{"decimal":"#) }
        text.append(UInt8(ascii: "\""))
        DecimalText.write(
            digits: digits, isNegative: isNegative, scale: scale, allowsExponent: text.style == .tagged, to: &text)
        text.append(UInt8(ascii: "\""))
        if text.style == .tagged { text.append(UInt8(ascii: "}")) }
    }
}
