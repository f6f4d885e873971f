/// How something was made: the same recipe makes the same bytes.
public struct Recipe: Sendable, Hashable, Encodable {
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

extension Recipe: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        var operation: String?
        var inputs: [ObjectID]?
        var parameters: [String: RecordValue]?
        var format: Int?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "operation": operation = try reader.read()
            case "inputs": inputs = try reader.read()
            case "parameters": parameters = try reader.read()
            case "format": format = try reader.read()
            default: try reader.skip()
            }
        }
        self.operation = try reader.require(operation, "operation")
        self.inputs = try reader.require(inputs, "inputs")
        self.parameters = try reader.require(parameters, "parameters")
        self.format = try reader.require(format, "format")
    }
}
