import DatasetFormats
import Foundation

/// Writes a stream's batches to standard output.
final class StreamWriter {
    /// The reader has gone, and wants no more.
    struct ReaderGone: Error {}

    private var arrow: (builder: BatchBuilder, writer: ArrowWriter)?

    /// - Parameter fields: the columns of Arrow; nil for JSON Lines.
    init(fields: [Field]?) throws {
        guard let fields else { return }
        arrow = (
            try BatchBuilder(fields: fields, source: "the stream"),
            try ArrowWriter(fields: fields, form: .stream) { try Self.write($0) }
        )
    }

    /// - Parameters:
    ///   - text: a batch's items, each in a line.
    func write(_ text: [UInt8]) throws {
        guard var (builder, writer) = arrow else { return try Self.write(text) }
        for (index, line) in text.split(separator: 0x0A).enumerated() {
            try builder.add(
                RawRow(
                    index: index, byteRange: 0..<line.count, lineNumber: 1, leadingBytes: [], bytes: Array(line)))
        }
        if builder.rowCount > 0 { try writer.append(try builder.finish()) }
        arrow = (builder, writer)
    }

    func finish() throws {
        try arrow?.writer.finish()
    }

    private static func write(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(STDOUT_FILENO, $0.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count < 0, errno == EINTR {
                if Interruption.wasAsked { throw ReaderGone() }
                continue
            }
            if count < 0, errno == EPIPE { throw ReaderGone() }
            guard count >= 0 else {
                throw CommandError.unwritable(path: "standard output", problem: String(cString: strerror(errno)))
            }
            done += count
        }
    }
}
