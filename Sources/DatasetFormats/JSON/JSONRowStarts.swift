/// Where the rows of a shard begin, found while its bytes pass a piece at a time.
public struct JSONRowStarts: Sendable {
    private var starts: [UInt32] = []
    /// A value that began and has not ended, and how many bytes came before it.
    private var held: [UInt8] = []
    private var passed = 0
    private var mayOpen = true
    /// Looking at what is held is worth while from so many bytes on: a long row is looked at a few times only.
    private var wanted = 0

    public init() {}

    /// - Parameter piece: what follows; all pieces together are no more than 4 GB, the first at least 3 bytes where there
    ///   are as many.
    public mutating func append(_ piece: UnsafeRawBufferPointer) {
        held.append(contentsOf: piece)
        if held.count >= wanted { look(isFinal: false) }
    }

    /// The beginnings.
    ///
    /// - Throws: `malformed` where a value does not end.
    public mutating func finish(source: String) throws(DatasetFormatsError) -> [UInt32] {
        look(isFinal: true)
        guard held.isEmpty else { throw JSONRowScanner.unfinished(passed, row: starts.count, source: source) }
        return starts
    }

    private mutating func look(isFinal: Bool) {
        let end = held.withUnsafeBufferPointer { buffer in
            let first = passed == 0 && starts.isEmpty ? JSONRowScanner.markSize(buffer) : 0
            let rest = UnsafeBufferPointer(rebasing: buffer[first...])
            return first
                + JSONRowScanner.scan(rest, mayOpen: &mayOpen, isFinal: isFinal) {
                    starts.append(UInt32(truncatingIfNeeded: passed + first + $0.lowerBound))
                }
        }
        passed += end
        held.removeFirst(end)
        wanted = 2 * held.count
    }
}
