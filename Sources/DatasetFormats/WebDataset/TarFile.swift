/// A file in a tar, as POSIX.1-2001 has it (the pax interchange format): no owner and no time, so that the same files
/// give the same bytes.
enum TarFile {
    private static let blockSize = 512

    /// Two blocks of nothing end a tar.
    static let end = [UInt8](repeating: 0, count: 2 * blockSize)

    static func append(name: String, _ content: [UInt8], to output: inout [UInt8]) {
        var short = Array(name.utf8)
        if short.count > 100 || !short.allSatisfy({ $0 < 0x80 }) {
            let record = pathRecord(name)
            appendBlocks(Array("PaxHeader".utf8), kind: UInt8(ascii: "x"), record, to: &output)
            // Who does not know the record above sees at least a name.
            short = Array(short.map { $0 < 0x80 ? $0 : UInt8(ascii: "_") }.suffix(100))
        }
        appendBlocks(short, kind: UInt8(ascii: "0"), content, to: &output)
    }

    /// `LENGTH path=NAME` and a line feed, the length counting its own digits.
    private static func pathRecord(_ name: String) -> [UInt8] {
        let rest = " path=\(name)\n".utf8.count
        var length = rest
        while rest + String(length).utf8.count != length { length = rest + String(length).utf8.count }
        return Array("\(length) path=\(name)\n".utf8)
    }

    private static func appendBlocks(_ name: [UInt8], kind: UInt8, _ content: [UInt8], to output: inout [UInt8]) {
        output += header(name, kind: kind, byteCount: content.count)
        output += content
        let over = content.count % blockSize
        if over > 0 { output += [UInt8](repeating: 0, count: blockSize - over) }
    }

    private static func header(_ name: [UInt8], kind: UInt8, byteCount: Int) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: blockSize)
        func put(_ bytes: some Sequence<UInt8>, at offset: Int) {
            for (index, byte) in bytes.enumerated() { block[offset + index] = byte }
        }
        func octal(_ value: Int, digits: Int) -> [UInt8] {
            let text = String(value, radix: 8)
            return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
        }
        put(name, at: 0)
        put(octal(0o644, digits: 7), at: 100)
        put(octal(0, digits: 7), at: 108)
        put(octal(0, digits: 7), at: 116)
        put(octal(byteCount, digits: 11), at: 124)
        put(octal(0, digits: 11), at: 136)
        // The sum is taken with spaces in its own place.
        put([UInt8](repeating: 0x20, count: 8), at: 148)
        block[156] = kind
        put("ustar".utf8, at: 257)
        put("00".utf8, at: 263)
        put(octal(block.reduce(0) { $0 + Int($1) }, digits: 6) + [0, 0x20], at: 148)
        return block
    }
}
