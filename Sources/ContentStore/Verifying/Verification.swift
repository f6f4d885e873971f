/// What re-reading a store found.
public struct Verification: Sendable, Hashable {
    /// Something wrong, and what it hurts.
    public struct Problem: Sendable, Hashable {
        public enum Defect: String, Sendable, Hashable {
            /// The bytes are not those that the name says.
            case damaged
            case missing
            /// The name is right, but not the witness that the manifest has.
            case mismatched
            /// A reference or a manifest says what cannot be.
            case malformed
            /// A file among the objects or the references that is none.
            case stranger
        }

        public let defect: Defect
        /// The object, or the file's path where it has none.
        public let object: String
        public let detail: String
        public let harm: [Harm]
    }

    /// What a problem hurts: a part of a version of something that has a name.
    public struct Harm: Sendable, Hashable {
        public let kind: ReferenceKind
        public let name: String
        public let version: Int
        /// `rows 0–90`, `file …`, or `all of it`.
        public let part: String
        /// The command that mends it.
        public let mend: String
    }

    /// What bytes are compared with.
    public enum Thoroughness: String, Sendable, Hashable {
        /// Each object with its SHA-1, and with its witness where a manifest has one.
        case full
        /// Each object that a name needs with its witness alone, length and XXH3; manifests with their SHA-1.
        case quick
    }

    public internal(set) var thoroughness = Thoroughness.full
    public var problems: [Problem] = []
    /// Objects and bytes that were read and compared.
    public var objectCount = 0
    public var byteCount = 0
    public var referenceCount = 0

    /// Objects that no name needs, and that a quick look passes over for want of a witness.
    public internal(set) var uncheckedCount = 0

    public var isIntact: Bool { problems.isEmpty }
}
