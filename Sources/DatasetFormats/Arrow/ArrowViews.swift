/// The views of text and binary columns: a length, then the bytes themselves where they are few, or the first of
/// them, a buffer and an offset.
///
/// Source: Arrow columnar format, "Variable-size Binary View Layout".
enum ArrowViews {
    private static let size = 16
    private static let longestInside: Int32 = 12

    /// - Returns: views in which buffer 0 is that of the views themselves, and the others follow.
    static func read(_ views: ByteBuffer, count: Int, validity: Bitmap?) throws(ColumnarDefect) -> [ByteView] {
        guard count <= views.count / size else { throw .truncated("a column of \(count) views") }
        var result: [ByteView] = []
        result.reserveCapacity(count)
        for row in 0..<count {
            guard validity?[row] ?? true else {
                result.append(ByteView(buffer: 0, length: 0, offset: 0))
                continue
            }
            let length = views.load(row * 4, as: Int32.self)
            if length <= longestInside {
                result.append(ByteView(buffer: 0, length: length, offset: row * size + 4))
            } else {
                let buffer = views.load(row * 4 + 2, as: Int32.self)
                guard buffer >= 0, buffer < Int32.max else { throw .invalid("a view points to no buffer") }
                result.append(
                    ByteView(buffer: buffer + 1, length: length, offset: Int(views.load(row * 4 + 3, as: Int32.self))))
            }
        }
        return result
    }
}
