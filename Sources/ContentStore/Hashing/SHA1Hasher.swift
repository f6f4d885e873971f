import CCrypto
import CSHA1

/// SHA-1 (FIPS 180-4) of bytes as they pass: by the processor's own instructions, or by the system's libcrypto where it
/// has none.
///
/// The instructions wait for one another, so that two hashers which take their bytes together take hardly longer than
/// one: `update(_:with:)`.
public final class SHA1Hasher {
    /// What computes the hash.
    enum Engine: CaseIterable {
        case instructions, libcrypto

        var isAvailable: Bool { self == .libcrypto || csha1_is_supported() }

        /// Asked once, for the processor takes long to answer.
        static let best = Engine.instructions.isAvailable ? Engine.instructions : .libcrypto
    }

    /// What libcrypto knows of the bytes so far; nil where the stream does.
    private let context: OpaquePointer?
    private var stream = csha1_begin()

    /// - Throws: `ContentStoreError.hashUnavailable` where neither the processor nor libcrypto offers SHA-1.
    public convenience init() throws(ContentStoreError) { try self.init(by: .best) }

    /// - Parameter engine: one that is available.
    init(by engine: Engine) throws(ContentStoreError) {
        guard engine == .libcrypto else {
            context = nil
            return
        }
        guard let context = EVP_MD_CTX_new() else { throw .hashUnavailable(name: "SHA-1") }
        guard EVP_DigestInit_ex(context, EVP_sha1(), nil) == 1 else {
            EVP_MD_CTX_free(context)
            throw .hashUnavailable(name: "SHA-1")
        }
        self.context = context
    }

    deinit {
        if let context { EVP_MD_CTX_free(context) }
    }

    /// A hasher of the same bytes so far, which goes on by itself.
    ///
    /// - Throws: `ContentStoreError.hashUnavailable`.
    public func copy() throws(ContentStoreError) -> SHA1Hasher {
        let copy = try SHA1Hasher(by: context == nil ? .instructions : .libcrypto)
        copy.stream = stream
        if let context, EVP_MD_CTX_copy_ex(copy.context, context) != 1 { throw .hashUnavailable(name: "SHA-1") }
        return copy
    }

    public func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    public func update(_ bytes: ArraySlice<UInt8>) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// Takes bytes that another hasher takes too.
    public func update(_ bytes: [UInt8], with other: SHA1Hasher) {
        bytes.withUnsafeBytes { Self.update(self, $0, other, $0) }
    }

    func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        guard let context else { return csha1_update(&stream, base, bytes.count) }
        let done = EVP_DigestUpdate(context, base, bytes.count)
        // libcrypto's SHA-1 has no way to fail once it was begun.
        precondition(done == 1)
    }

    /// Two hashers, which must be different ones, take bytes of any lengths at once.
    static func update(
        _ first: SHA1Hasher, _ firstBytes: UnsafeRawBufferPointer, _ second: SHA1Hasher,
        _ secondBytes: UnsafeRawBufferPointer
    ) {
        precondition(first !== second)
        guard first.context == nil, second.context == nil else {
            first.update(firstBytes)
            second.update(secondBytes)
            return
        }
        csha1_update_two(
            &first.stream, firstBytes.baseAddress, firstBytes.count, &second.stream, secondBytes.baseAddress,
            secondBytes.count)
    }

    /// The digest of everything so far; the hasher cannot be used afterwards.
    public func finish() -> ObjectID {
        var digest = [UInt8](repeating: 0, count: 20)
        if let context {
            let done = EVP_DigestFinal_ex(context, &digest, nil)
            precondition(done == 1)
        } else {
            csha1_finish(&stream, &digest)
        }
        return ObjectID(digest: digest)
    }
}
