/// What a row teaches, as tokens: one sequence, or the better and the worse of two.
public struct EncodedRow: Sendable, Hashable {
    public struct Sequence: Sendable, Hashable {
        /// Which of a row's answers it ends with.
        public enum Role: String, Sendable, Hashable {
            case answer, chosen, rejected, desirable, undesirable, text
            /// The answer of another row, which a training alone keeps.
            case mismatched
        }

        public let role: Role
        public let example: TrainingExample
        /// Its tokens where nothing is cut.
        public let fullCount: Int
    }

    public let sequences: [Sequence]
}
