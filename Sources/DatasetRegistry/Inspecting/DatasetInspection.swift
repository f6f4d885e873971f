/// What is odd in a dataset.
public struct DatasetInspection: Sendable, Hashable {
    /// Rows with one kind of oddity.
    public struct Finding: Sendable, Hashable {
        /// What kind: `types`, `empty_answers`, `duplicates`, `placeholders`, or one that the caller looks for.
        public let check: String
        /// What it is about: a column, a placeholder; empty where it is about rows as a whole.
        public let subject: String
        /// Rows that have it.
        public internal(set) var count: Int
        /// The first few of them.
        public internal(set) var rows: [Int]
        /// For people.
        public internal(set) var detail: String
    }

    public internal(set) var rowCount = 0
    public internal(set) var findings: [Finding] = []

    public var isClean: Bool { findings.isEmpty }
}
