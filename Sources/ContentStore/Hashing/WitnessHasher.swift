import CXXHash

/// Hashes bytes as they pass into a witness.
final class WitnessHasher {
    private let state: OpaquePointer
    private var byteCount = 0

    /// - Throws: `ContentStoreError.hashUnavailable`.
    init() throws(ContentStoreError) {
        guard let state = cxxhash_create() else { throw .hashUnavailable(name: "XXH3") }
        self.state = state
    }

    deinit { cxxhash_free(state) }

    func update(_ bytes: UnsafeRawBufferPointer) {
        cxxhash_update(state, bytes.baseAddress, bytes.count)
        byteCount += bytes.count
    }

    /// The witness; the hasher cannot be used afterwards.
    func finish() -> Witness { Witness(bytes: byteCount, hash: cxxhash_finish(state)) }
}
