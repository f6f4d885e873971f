/// How the messages of a sharegpt or openai row name their parts and roles. A role that is nil is in no row.
public struct RoleTags: Sendable, Hashable {
    public var role: String
    public var content: String
    public var user: String?
    public var assistant: String?
    public var observation: String?
    public var function: String?
    public var system: String?

    public init(
        role: String = "from", content: String = "value", user: String? = "human", assistant: String? = "gpt",
        observation: String? = "observation", function: String? = "function_call", system: String? = "system"
    ) {
        self.role = role
        self.content = content
        self.user = user
        self.assistant = assistant
        self.observation = observation
        self.function = function
        self.system = system
    }

    public static let standard = RoleTags()

    /// OpenAI's own names.
    public static let openai = RoleTags(
        role: "role", content: "content", user: "user", assistant: "assistant", observation: "tool",
        function: "function_call", system: "system")

    /// Keys in dataset_info.json of the parts of a message, and the properties they set.
    static let partKeys: [(key: String, path: WritableKeyPath<RoleTags, String> & Sendable)] = [
        ("role_tag", \.role), ("content_tag", \.content),
    ]
    /// Keys in dataset_info.json of the roles, and the properties they set.
    static let roleKeys: [(key: String, path: WritableKeyPath<RoleTags, String?> & Sendable)] = [
        ("user_tag", \.user), ("assistant_tag", \.assistant), ("observation_tag", \.observation),
        ("function_tag", \.function), ("system_tag", \.system),
    ]
    static let keys = partKeys.map(\.key) + roleKeys.map(\.key)
}

extension RoleTags {
    /// Reads the `tags` of an entry: as with columns, roles that it does not name are absent. A message cannot be
    /// without its parts, so these keep their usual names.
    ///
    /// - Throws: `badSchema` for an unknown tag, or one that is no text.
    init(entry value: JSONValue) throws(DatasetFormatsError) {
        guard let object = value.objectValue else {
            throw .badSchema(field: "tags", problem: "is \(value.kind), not an object")
        }
        self.init(user: nil, assistant: nil, observation: nil, function: nil, system: nil)
        for (key, value) in object.members {
            guard Self.keys.contains(key) else {
                let known = Self.keys.joined(separator: ", ")
                throw .badSchema(field: "tags.\(key)", problem: "is no tag; those are \(known)")
            }
            if value.isNull { continue }
            guard let name = value.stringValue else {
                throw .badSchema(field: "tags.\(key)", problem: "is \(value.kind), not a tag's name")
            }
            for part in Self.partKeys where part.key == key { self[keyPath: part.path] = name }
            for role in Self.roleKeys where role.key == key { self[keyPath: role.path] = name }
        }
    }

    /// The entry's `tags`, all of them written out.
    public var json: JSONObject {
        var object = JSONObject()
        for (key, path) in Self.partKeys { object[key] = .string(self[keyPath: path]) }
        for (key, path) in Self.roleKeys { object[key] = self[keyPath: path].map { .string($0) } }
        return object
    }
}
