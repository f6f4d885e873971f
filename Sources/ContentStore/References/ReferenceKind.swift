/// What a name in a store can stand for; raw values are for people.
public enum ReferenceKind: String, Sendable, Hashable, CaseIterable, Codable {
    case dataset
    case model
    case run

    /// The folder under `refs`.
    var folder: String { rawValue + "s" }

    /// The command that lists the names there are.
    var listingCommand: String {
        switch self {
        case .dataset: "ds list"
        case .model: "ds model list"
        case .run: "ds list --runs"
        }
    }
}
