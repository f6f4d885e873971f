/// Byte strings in a tree by their beginnings, to find those that begin at a place of a text.
struct TokenTrie: Sendable {
    private var children = PairTable(minimumCapacity: 64)
    /// What each node's string stands for; -1 where none ends.
    private var values: [Int32] = [-1]
    private var firstBytes = [Bool](repeating: false, count: 256)

    /// Adds a string that is not empty; one that is there already keeps its value.
    mutating func insert(_ string: some Collection<UInt8>, value: Int32) {
        guard let first = string.first else { return }
        firstBytes[Int(first)] = true
        var node: Int32 = 0
        for byte in string {
            let child = children.merge(node, Int32(byte)).result
            if child >= 0 {
                node = child
            } else {
                let new = Int32(values.count)
                children.insert(node, Int32(byte), .init(rank: 0, result: new))
                values.append(-1)
                node = new
            }
        }
        if values[Int(node)] < 0 { values[Int(node)] = value }
    }

    @inline(__always)
    func mayBegin(_ byte: UInt8) -> Bool { firstBytes[Int(byte)] }

    /// Calls `body` with the end and the value of each string that begins at `start`, the shortest first.
    @inline(__always)
    func forEachMatch(in text: Span<UInt8>, from start: Int, to end: Int, _ body: (Int, Int32) -> Void) {
        guard start < end, firstBytes[Int(text[start])] else { return }
        var node: Int32 = 0
        var position = start
        while position < end {
            node = children.merge(node, Int32(text[position])).result
            guard node >= 0 else { return }
            position += 1
            let value = values[Int(node)]
            if value >= 0 { body(position, value) }
        }
    }
}
