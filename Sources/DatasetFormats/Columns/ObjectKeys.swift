/// The names of an object's fields as they stand in JSON text, ready to be copied.
struct ObjectKeys: Sendable {
    /// `{"a":`, `,"b":`; and where names repeat `[["a",`, `],["b",`.
    private let openings: [[UInt8]]
    private let closing: [UInt8]

    /// - Parameter names: where one is there twice, the object becomes an array of pairs of a name and a value.
    init(_ names: [String]) {
        let areUnique = Set(names.map { Array($0.utf8) }).count == names.count
        openings = names.enumerated().map { index, name in
            var text = JSONText(style: .plain)
            text.append(text: index == 0 ? (areUnique ? "{" : "[[") : (areUnique ? "," : "],["))
            text.append(quoted: name)
            text.append(text: areUnique ? ":" : ",")
            return text.bytes
        }
        closing = Array((names.isEmpty ? "{}" : areUnique ? "}" : "]]").utf8)
    }

    @inline(__always)
    func write(_ columns: [any Column], _ row: Int, to text: inout JSONText) {
        for index in openings.indices {
            if text.isFull { return }
            openings[index].withUnsafeBufferPointer { text.append($0) }
            columns[index].write(row, to: &text)
        }
        closing.withUnsafeBufferPointer { text.append($0) }
    }
}
