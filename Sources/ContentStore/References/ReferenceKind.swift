/// What a name in a store can stand for; raw values are for people.
public enum ReferenceKind: String, Sendable, Hashable, CaseIterable, Codable {
    case dataset
    case model
    case run
    /// A dataset's tokens: derived, so that a collection may take it away.
    case tokenization

    /// The folder under `refs`.
    var folder: String { rawValue + "s" }

    /// Whether what it stands for is made again when it is wanted: no name of it is worth more than the time.
    public var isDerived: Bool { self == .tokenization }

    /// The command that lists the names there are.
    var listingCommand: String {
        switch self {
        case .dataset: "ds list"
        case .model: "ds model list"
        case .run: "ds list --runs"
        case .tokenization: "ds du"
        }
    }
}
