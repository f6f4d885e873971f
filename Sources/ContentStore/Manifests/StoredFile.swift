/// A file kept whole.
public struct StoredFile: Sendable, Hashable, Codable {
    /// Its name in its folder.
    public let name: String
    public let object: StoredObject

    public init(name: String, object: StoredObject) {
        self.name = name
        self.object = object
    }
}
