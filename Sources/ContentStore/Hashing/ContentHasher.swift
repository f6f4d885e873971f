import CXXHash

/// Hashes bytes as they pass into an object's name and witness.
final class ContentHasher {
    private let sha1: SHA1Hasher
    private let xxh3: OpaquePointer
    private var byteCount = 0

    /// - Throws: `ContentStoreError.hashUnavailable`.
    init() throws(ContentStoreError) {
        sha1 = try SHA1Hasher()
        guard let state = cxxhash_create() else { throw .hashUnavailable(name: "XXH3") }
        xxh3 = state
    }

    deinit { cxxhash_free(xxh3) }

    func update(_ bytes: UnsafeRawBufferPointer) {
        sha1.update(bytes)
        cxxhash_update(xxh3, bytes.baseAddress, bytes.count)
        byteCount += bytes.count
    }

    /// The object's identity; the hasher cannot be used afterwards.
    func finish() -> StoredObject {
        StoredObject(id: sha1.finish(), witness: Witness(bytes: byteCount, hash: cxxhash_finish(xxh3)))
    }
}
