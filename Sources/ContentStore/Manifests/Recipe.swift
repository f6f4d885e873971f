/// How something was made: the same recipe makes the same bytes.
public struct Recipe: Sendable, Hashable, Codable {
    /// What was done, the command's name: `add`, `fork`, `train`.
    public let operation: String
    /// Manifests that it was made from.
    public let inputs: [ObjectID]
    public let parameters: [String: RecordValue]
    /// Raised when the operation comes to make other bytes of the same inputs.
    public let format: Int

    public init(operation: String, inputs: [ObjectID] = [], parameters: [String: RecordValue] = [:], format: Int = 1) {
        self.operation = operation
        self.inputs = inputs
        self.parameters = parameters
        self.format = format
    }

    /// The key under which what it made is found again: the SHA-1 of its canonical JSON.
    ///
    /// - Throws: `ContentStoreError.hashUnavailable`.
    public func id() throws(ContentStoreError) -> ObjectID { try ObjectID.of(try CanonicalJSON.bytes(self)) }
}
