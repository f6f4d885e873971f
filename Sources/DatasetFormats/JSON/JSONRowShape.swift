/// The keys of a row in their order, and the types of their values. Most files have a handful of shapes.
public struct JSONRowShape: Sendable, Hashable {
    public struct Member: Sendable, Hashable {
        public let key: String
        public let type: JSONType

        public init(key: String, type: JSONType) {
            self.key = key
            self.type = type
        }
    }

    public let members: [Member]

    public init(members: [Member]) { self.members = members }

    public init(of row: JSONObject) {
        members = row.members.map { Member(key: $0.key, type: JSONType(of: $0.value)) }
    }
}
