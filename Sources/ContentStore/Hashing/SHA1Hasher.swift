import CCrypto

/// SHA-1 (FIPS 180-4) of bytes as they pass, by the system's libcrypto.
public final class SHA1Hasher {
    private let context: OpaquePointer

    /// - Throws: `ContentStoreError.hashUnavailable` where libcrypto does not offer SHA-1.
    public init() throws(ContentStoreError) {
        guard let context = EVP_MD_CTX_new() else { throw .hashUnavailable(name: "SHA-1") }
        guard EVP_DigestInit_ex(context, EVP_sha1(), nil) == 1 else {
            EVP_MD_CTX_free(context)
            throw .hashUnavailable(name: "SHA-1")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    /// A hasher of the same bytes so far, which goes on by itself.
    ///
    /// - Throws: `ContentStoreError.hashUnavailable`.
    public func copy() throws(ContentStoreError) -> SHA1Hasher {
        let copy = try SHA1Hasher()
        guard EVP_MD_CTX_copy_ex(copy.context, context) == 1 else { throw .hashUnavailable(name: "SHA-1") }
        return copy
    }

    public func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    public func update(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { update($0) }
    }

    func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        let done = EVP_DigestUpdate(context, base, bytes.count)
        // libcrypto's SHA-1 has no way to fail once it was begun.
        precondition(done == 1)
    }

    /// The digest of everything so far; the hasher cannot be used afterwards.
    public func finish() -> ObjectID {
        var digest = [UInt8](repeating: 0, count: 20)
        let done = EVP_DigestFinal_ex(context, &digest, nil)
        precondition(done == 1)
        return ObjectID(digest: digest)
    }
}
