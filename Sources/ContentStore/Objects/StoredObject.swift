import SystemPackage

/// An object that something refers to: its name, and the witness that it is the one that was meant.
public struct StoredObject: Sendable, Hashable, Encodable {
    public let id: ObjectID
    public let witness: Witness

    public init(id: ObjectID, witness: Witness) {
        self.id = id
        self.witness = witness
    }

    public var bytes: Int { witness.bytes }
}

extension StoredObject {
    /// What a file would be as an object.
    static func ofFile(at path: FilePath) throws(ContentStoreError) -> StoredObject {
        let hasher = try ContentHasher()
        try FileSystem.read(path) { piece throws(ContentStoreError) in hasher.update(piece) }
        return hasher.finish()
    }
}

extension StoredObject: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        var id: ObjectID?
        var witness: Witness?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "id": id = try reader.read()
            case "witness": witness = try reader.read()
            default: try reader.skip()
            }
        }
        self.id = try reader.require(id, "id")
        self.witness = try reader.require(witness, "witness")
    }
}
