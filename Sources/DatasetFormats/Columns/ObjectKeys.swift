/// The names of an object's fields as they stand in JSON text, ready to be copied.
struct ObjectKeys: Sendable {
    /// `{"a":`, `,"b":`; and where names repeat `[["a",`, `],["b",`: one after another, for they are copied for every
    /// row.
    private let openings: [UInt8]
    /// Where each opening ends.
    private let ends: [Int]
    private let closing: [UInt8]

    /// - Parameter names: where one is there twice, the object becomes an array of pairs of a name and a value.
    init(_ names: [String]) {
        let areUnique = Set(names.map { Array($0.utf8) }).count == names.count
        var text = JSONText(style: .plain, maximumRowBytes: .max)
        ends = names.indices.map { index in
            text.append(text: index == 0 ? (areUnique ? "{" : "[[") : (areUnique ? "," : "],["))
            text.append(quoted: names[index])
            text.append(text: areUnique ? ":" : ",")
            return text.count
        }
        openings = text.bytes
        closing = Array((names.isEmpty ? "{}" : areUnique ? "}" : "]]").utf8)
    }

    @inline(__always)
    func write(_ columns: [any Column], _ row: Int, to text: inout JSONText) {
        openings.withUnsafeBufferPointer { openings in
            var start = 0
            for index in ends.indices {
                if text.isFull { return }
                text.append(UnsafeBufferPointer(rebasing: openings[start..<ends[index]]))
                start = ends[index]
                columns[index].write(row, to: &text)
            }
        }
        if text.isFull { return }
        closing.withUnsafeBufferPointer { text.append($0) }
    }
}
