import NIOCore
import SystemPackage

/// A tar archive of a few files (POSIX.1-2017, pax: the ustar interchange format; sizes beyond its 11 octal digits as
/// GNU tar writes them, in binary).
enum TarWriter {
    enum TarError: Error { case nameTooLong(String) }

    /// The 512 bytes before a file's content.
    static func header(name: String, size: Int64) throws -> [UInt8] {
        guard name.utf8.count <= 100 else { throw TarError.nameTooLong(name) }
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at place: Int) {
            for (index, byte) in text.utf8.enumerated() { block[place + index] = byte }
        }
        func octal(_ value: Int64, _ width: Int) -> String {
            let digits = String(value, radix: 8)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        put(name, at: 0)
        put(octal(0o644, 7), at: 100)
        put(octal(0, 7), at: 108)
        put(octal(0, 7), at: 116)
        if size < 1 << 33 {
            put(octal(size, 11), at: 124)
        } else {
            block[124] = 0x80
            for byte in 0..<8 { block[135 - byte] = UInt8(truncatingIfNeeded: size >> (8 * Int64(byte))) }
        }
        put(octal(0, 11), at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        let sum = block.reduce(0) { $0 + Int64($1) }
        put(octal(sum, 6), at: 148)
        block[154] = 0
        return block
    }

    /// What fills a file's content up to whole blocks.
    static func padding(size: Int64) -> [UInt8] { [UInt8](repeating: 0, count: Int((512 - size % 512) % 512)) }

    static let end = [UInt8](repeating: 0, count: 1024)
}
