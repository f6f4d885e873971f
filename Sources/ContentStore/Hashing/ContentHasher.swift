/// Hashes bytes as they pass into an object's name and witness.
final class ContentHasher {
    private let sha1: SHA1Hasher
    private let witness: WitnessHasher

    /// - Throws: `ContentStoreError.hashUnavailable`.
    init() throws(ContentStoreError) {
        sha1 = try SHA1Hasher()
        witness = try WitnessHasher()
    }

    /// - Parameter joined: a hasher of more than this object, which takes the bytes too, in the same pass.
    func update(_ bytes: UnsafeRawBufferPointer, with joined: SHA1Hasher? = nil) {
        if let joined { SHA1Hasher.update(sha1, bytes, joined, bytes) } else { sha1.update(bytes) }
        witness.update(bytes)
    }

    /// The object's identity; the hasher cannot be used afterwards.
    func finish() -> StoredObject { StoredObject(id: sha1.finish(), witness: witness.finish()) }
}
