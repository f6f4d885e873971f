/// The values of a dictionary page.
final class ParquetDictionary {
    private let values: LeafValues
    private let width: Int?
    private let count: Int

    /// - Parameters:
    ///   - values: all of the page's.
    ///   - width: the bytes of a number; nil for byte strings.
    init(_ values: LeafValues, width: Int?) {
        self.values = values
        self.width = width
        count = width.map { values.fixed.count / $0 } ?? values.views.count
    }

    /// - Throws: `invalid` for an index past the end.
    func append(_ indices: [UInt32], to target: inout LeafValues) throws(ColumnarDefect) {
        guard indices.allSatisfy({ $0 < count }) else { throw .invalid("an index is past the end of its dictionary") }
        if let width {
            values.fixed.withUnsafeBufferPointer { source in
                for index in indices {
                    target.fixed.append(contentsOf: source[Int(index) * width..<(Int(index) + 1) * width])
                }
            }
            return
        }
        guard !indices.isEmpty else { return }
        // A dictionary page is one buffer.
        let buffer = try target.add(values.buffers[0])
        for index in indices {
            let view = values.views[Int(index)]
            target.views.append(ByteView(buffer: buffer, length: view.length, offset: view.offset))
        }
    }
}
