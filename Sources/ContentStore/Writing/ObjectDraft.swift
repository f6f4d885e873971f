import SystemPackage

/// An object that is staged while its bytes arrive, piece by piece.
///
/// They are hashed and written as they come, while the processor has them at hand, and are not kept in memory. Those
/// of an object that may share with others are, for it is cut up when it is whole; and so are the first few, so that
/// a short object which the store has already is never written.
public final class ObjectDraft {
    private let writer: StoreWriter
    private let finder: PieceFinder?
    private let joined: SHA1Hasher?
    private let limits: Limits
    /// What is neither hashed nor written yet.
    public private(set) var pending: [UInt8] = []
    public private(set) var byteCount = 0
    private var begun: (file: NewFile, hasher: ContentHasher)?

    struct Limits {
        /// Bytes of an object that is written only when it is whole.
        var unwritten = 256 << 10
        /// Shorter pieces are put together first: each write costs a call of the system.
        var piece = 32 << 10
    }

    init(in writer: StoreWriter, sharing finder: PieceFinder?, hashedInto joined: SHA1Hasher?, limits: Limits) {
        self.writer = writer
        self.finder = finder
        self.joined = joined
        self.limits = limits
    }

    /// - Throws: `ContentStoreError.system` where they cannot be written, `hashUnavailable`.
    public func append(_ bytes: ArraySlice<UInt8>) throws(ContentStoreError) {
        byteCount += bytes.count
        if finder != nil { return keepAll(bytes) }
        guard begun != nil || byteCount > limits.unwritten else {
            pending += bytes
            return
        }
        if bytes.count < limits.piece {
            pending += bytes
            if pending.count >= limits.piece { try writePending() }
        } else {
            try writePending()
            try write(bytes)
        }
    }

    private func keepAll(_ bytes: ArraySlice<UInt8>) {
        // So that no object is moved more than once as it grows, and each has the memory of an earlier one.
        if pending.isEmpty { pending.reserveCapacity(max(bytes.count, 16 << 20)) }
        pending += bytes
    }

    private func writePending() throws(ContentStoreError) {
        try write(pending[...])
        pending.removeAll(keepingCapacity: true)
    }

    private func write(_ bytes: ArraySlice<UInt8>) throws(ContentStoreError) {
        guard !bytes.isEmpty else { return }
        let (file, hasher) = try begin()
        try bytes.withUnsafeBufferPointer { bytes throws(ContentStoreError) in
            let bytes = UnsafeRawBufferPointer(bytes)
            hasher.update(bytes, with: joined)
            try file.append(bytes)
        }
    }

    private func begin() throws(ContentStoreError) -> (file: NewFile, hasher: ContentHasher) {
        if let begun { return begun }
        let begun = (try NewFile(path: writer.temporaryPath()), try ContentHasher())
        self.begun = begun
        return begun
    }

    /// Stages the object; nothing can be appended any more.
    ///
    /// - Parameter ends: where the pieces end that others may share.
    /// - Throws: as `StoreWriter.stage`.
    public func finish(cutAt ends: [Int] = []) throws(ContentStoreError) -> StoredObject {
        if let finder {
            return try writer.stage(pending, cutAt: ends, sharing: finder, hashedInto: joined)
        }
        guard begun != nil else { return try writer.stage(pending, hashedInto: joined) }
        try writePending()
        let (file, hasher) = try begin()
        try file.close()
        let object = hasher.finish()
        try writer.adoptIfNew(file.path, as: object)
        begun = nil
        return object
    }

    deinit {
        // A draft that was given up. What cannot be removed goes with the writer's folder.
        if let begun { try? FileSystem.remove(begun.file.path) }
    }
}
