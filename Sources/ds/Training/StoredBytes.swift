import ContentStore
import StreamingLoader

/// An object of the store as a token shard is read: compared with its witness first.
struct StoredBytes: ByteFile {
    private let file: ObjectFile
    let name: String

    /// - Throws: `ContentStoreError` where the object is missing or damaged.
    init(_ object: StoredObject, name: String, in store: Store) throws(ContentStoreError) {
        file = try store.objects.open(object)
        self.name = name
        try file.check()
    }

    var byteCount: Int { file.object.bytes }
    func read(_ range: Range<Int>, into buffer: inout [UInt8]) throws { try file.read(range, into: &buffer) }
}
