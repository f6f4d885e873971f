import DatasetFormats
import Foundation

/// What commands print: results on standard output, everything else on standard error.
enum Terminal {
    static let hasProgress = isatty(STDERR_FILENO) == 1
    static let isInteractive = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1

    static func print(_ text: String) { write(Array((text + "\n").utf8), to: STDOUT_FILENO) }

    /// Without a line's end, and at once.
    static func stream(_ text: String) { write(Array(text.utf8), to: STDOUT_FILENO) }

    static func note(_ text: String) { write(Array((text + "\n").utf8), to: STDERR_FILENO) }

    static func print(_ value: JSONValue) {
        write(JSONWriter.bytes(value, style: .pretty) + [0x0A], to: STDOUT_FILENO)
    }

    static func print(_ object: JSONObject) { print(.object(object)) }

    static func write(_ bytes: [UInt8], to descriptor: CInt) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // A reader that has gone, as `ds list | head -1` leaves one, wants no more.
            if count < 0 { exit(errno == EPIPE ? 0 : ExitStatus.machineFailed.rawValue) }
            rest = rest.dropFirst(count)
        }
    }

    /// Asks for a line; nil at the end of input.
    static func ask(_ prompt: String) -> String? {
        if isInteractive { stream(prompt) }
        return readLine()
    }
}
