/// What a look at a store's outside finds, without reading its objects.
public struct Diagnosis: Sendable, Hashable {
    public enum Level: String, Sendable, Hashable {
        case fine
        /// Nothing that has to be done.
        case note
        case wrong
    }

    public struct Finding: Sendable, Hashable {
        public let level: Level
        /// What was looked at: `format`, `folders`, `index` and so on.
        public let subject: String
        public let detail: String
        /// What to do about it; empty where nothing has to be done.
        public let advice: String
    }

    public internal(set) var findings: [Finding] = []

    public var isHealthy: Bool { !findings.contains { $0.level == .wrong } }
}
