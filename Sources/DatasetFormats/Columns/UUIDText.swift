/// The text of a UUID (RFC 9562, section 4).
enum UUIDText {
    static func write(_ bytes: UnsafeBufferPointer<UInt8>, to text: inout JSONText) {
        text.append(text.style == .tagged ? #"{"repr":"UUID('"# : #"""#)
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
            append(digit: byte >> 4, to: &text)
            append(digit: byte & 15, to: &text)
        }
        text.append(text.style == .tagged ? #"')"}"# : #"""#)
    }

    private static func append(digit: UInt8, to text: inout JSONText) {
        text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
}
