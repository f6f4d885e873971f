import Dispatch
import Synchronization

/// A page of which the header was read. Its bytes are checked and unpacked by another thread, or by whoever wants them
/// first.
final class ParquetPackedPage: Sendable {
    private enum State {
        case packed, underWay
        case done(Result<ByteBuffer, ColumnarDefect>)
    }

    let header: ParquetPageHeader
    /// What follows the header.
    let bytes: ByteBuffer
    private let compression: Compression
    private let column: String
    private let state = Mutex(State.packed)
    private let isUnpacked = DispatchSemaphore(value: 0)

    private static let queue = DispatchQueue(label: "ds.page-unpacker", attributes: .concurrent)
    /// What is smaller is unpacked before another thread has woken.
    private static let leastWorth = 1 << 14
    /// What is larger waits until it is wanted, so that memory is not taken by two such pages of every column.
    private static let mostAhead = 1 << 24

    /// - Parameter column: for messages.
    init(_ header: ParquetPageHeader, bytes: ByteBuffer, compression: Compression, of column: String) {
        self.header = header
        self.bytes = bytes
        self.compression = compression
        self.column = column
    }

    /// Lets another thread unpack the page, where that saves time.
    func beginUnpacking() {
        guard header.packedSize >= Self.leastWorth, header.size <= Self.mostAhead else { return }
        Self.queue.async { self.unpackOnce() }
    }

    /// The page as it was before it was packed; of version 2 the values alone, for the levels are not packed.
    ///
    /// - Throws: `wrongChecksum`, `invalid` for levels longer than the page, and what `Compression.decompress` throws.
    func unpack() throws(ColumnarDefect) -> ByteBuffer {
        unpackOnce()
        while true {
            if case .done(let result) = state.withLock({ $0 }) { return try result.get() }
            isUnpacked.wait()
        }
    }

    private func unpackOnce() {
        let isMine = state.withLock { state in
            guard case .packed = state else { return false }
            state = .underWay
            return true
        }
        guard isMine else { return }
        let result = Result { () throws(ColumnarDefect) in try unpackedBytes() }
        state.withLock { $0 = .done(result) }
        isUnpacked.signal()
    }

    private func unpackedBytes() throws(ColumnarDefect) -> ByteBuffer {
        if let checksum = header.checksum {
            guard bytes.withBytes({ CRC32.checksum(of: $0) }) == checksum else {
                throw .wrongChecksum("a page of \(column)")
            }
        }
        switch header.kind {
        case .other: return bytes
        case .dictionary:
            return try compression.decompress(bytes, size: header.size, "the dictionary of \(column)")
        case .data(let page):
            guard case .before(let definitionBytes, let repetitionBytes, let areValuesPacked) = page.levels else {
                return try compression.decompress(bytes, size: header.size, "a page of \(column)")
            }
            guard definitionBytes >= 0, repetitionBytes >= 0, definitionBytes <= bytes.count,
                repetitionBytes <= bytes.count - definitionBytes, definitionBytes + repetitionBytes <= header.size
            else { throw .invalid("the levels of a page are longer than it") }
            let levelBytes = definitionBytes + repetitionBytes
            let values = try bytes.slice(levelBytes, bytes.count - levelBytes, "a page of \(column)")
            // A page of nulls alone may be packed from nothing to nothing.
            guard areValuesPacked, values.count > 0 else { return values }
            return try compression.decompress(values, size: header.size - levelBytes, "a page of \(column)")
        }
    }
}
