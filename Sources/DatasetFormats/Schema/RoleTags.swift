/// How the messages of a sharegpt or openai row name their parts and roles.
public struct RoleTags: Sendable, Hashable {
    public var role: String
    public var content: String
    public var user: String
    public var assistant: String
    public var observation: String
    public var function: String
    public var system: String

    public init(
        role: String = "from", content: String = "value", user: String = "human", assistant: String = "gpt",
        observation: String = "observation", function: String = "function_call", system: String = "system"
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

    /// Key in dataset_info.json, and the property it sets.
    static let keys: [(key: String, path: WritableKeyPath<RoleTags, String> & Sendable)] = [
        ("role_tag", \.role), ("content_tag", \.content), ("user_tag", \.user), ("assistant_tag", \.assistant),
        ("observation_tag", \.observation), ("function_tag", \.function), ("system_tag", \.system),
    ]
}

extension RoleTags {
    /// The entry's `tags`, all of them written out.
    public var json: JSONObject {
        var object = JSONObject()
        for (key, path) in Self.keys { object[key] = .string(self[keyPath: path]) }
        return object
    }
}
