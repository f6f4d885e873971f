/// Numbers taken apart: the first bytes of all of them, then the second bytes of all.
///
/// Source: parquet-format, `Encodings.md`, "Byte Stream Split".
enum ByteStreamSplit {
    /// Puts the numbers together again.
    static func join(_ bytes: ByteBuffer, width: Int) throws(ColumnarDefect) -> ByteBuffer {
        guard width > 0, bytes.count % width == 0 else { throw .invalid("a page of numbers ends inside one") }
        let count = bytes.count / width
        return ByteBuffer(count: bytes.count) { target in
            bytes.withBytes { source in
                for stream in 0..<width {
                    let start = stream * count
                    var place = stream
                    for index in start..<start + count {
                        target[place] = source[index]
                        place += width
                    }
                }
            }
        }
    }
}
