/// Tokens that stand for bytes, written `<0x0A>`.
enum ByteTokens {
    /// The byte that a name stands for.
    static func byte(of name: ArraySlice<UInt8>) -> UInt8? {
        guard name.count == 6, name.starts(with: Array("<0x".utf8)), name.last == UInt8(ascii: ">") else { return nil }
        let digits = name.dropFirst(3).prefix(2).map { Character(Unicode.Scalar($0)).hexDigitValue }
        guard let high = digits[0], let low = digits[1] else { return nil }
        return UInt8(high << 4 | low)
    }

    /// The id of each byte's token; -1 where there is none, and no table where there are none at all.
    static func table(_ names: TokenTable) -> [Int32] {
        let digits = Array("0123456789ABCDEF".utf8)
        let ids = (0..<256).map { byte in
            names.id(of: Array("<0x".utf8) + [digits[byte >> 4], digits[byte & 15], UInt8(ascii: ">")]) ?? -1
        }
        return ids.contains { $0 >= 0 } ? ids : []
    }
}
