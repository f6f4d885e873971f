import DatasetFormats
import Foundation
import Synchronization

/// What commands print: results on standard output, everything else on standard error.
enum Terminal {
    static let hasProgress = isatty(STDERR_FILENO) == 1
    /// Whether a program reads how far work is, a line each: `progress DONE TOTAL WHAT`.
    static let hasProgressLines = ProcessInfo.processInfo.environment["DS_PROGRESS"] == "lines"
    static let isInteractive = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1

    /// Whether results may be coloured: on a terminal, unless NO_COLOR is set (no-color.org).
    static let hasColor =
        isatty(STDOUT_FILENO) == 1 && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
        && ProcessInfo.processInfo.environment["TERM"] != "dumb"

    private static let isSilent = Atomic<Bool>(false)

    /// From now on only errors are told: for all but the first of the processes that share a command's work.
    static var isSilenced: Bool { isSilent.load(ordering: .relaxed) }
    static func silence() { isSilent.store(true, ordering: .relaxed) }

    static func print(_ text: String) { say(Array((text + "\n").utf8), to: STDOUT_FILENO) }

    private static func say(_ bytes: [UInt8], to descriptor: CInt) {
        if !isSilenced { write(bytes, to: descriptor) }
    }

    /// Text from data, made so that it cannot command the terminal: control characters and those that turn the
    /// direction of writing are shown as their numbers.
    static func safe(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar.value {
            case 0x09, 0x0A: String(scalar)
            case 0..<0x20, 0x7F...0x9F, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069:
                "\\u{\(String(scalar.value, radix: 16))}"
            default: String(scalar)
            }
        }.joined()
    }

    /// Without a line's end, and at once.
    static func stream(_ text: String) { say(Array(text.utf8), to: STDOUT_FILENO) }

    static func note(_ text: String) { say(Array((text + "\n").utf8), to: STDERR_FILENO) }

    /// What went wrong, told by every process.
    static func alarm(_ text: String) { write(Array((text + "\n").utf8), to: STDERR_FILENO) }

    static func print(_ value: JSONValue) {
        say(JSONWriter.bytes(value, style: .pretty) + [0x0A], to: STDOUT_FILENO)
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
