/// A module of the base that an adapter has a trained copy of in place: PEFT's `modules_to_save`.
public enum SavedModule: Sendable, Hashable, CaseIterable {
    case tokenEmbedding
    case outputHead

    public var weight: WeightName {
        switch self {
        case .tokenEmbedding: .tokenEmbedding
        case .outputHead: .outputHead
        }
    }

    /// The name that an architecture gives the module.
    public func name(in architecture: ModelArchitecture) -> String {
        let parts = weight.huggingFace(in: architecture).split(separator: ".").dropLast()
        return parts.last.map(String.init) ?? ""
    }

    /// The module that any architecture calls so; nil for what is none, or none that can be trained whole.
    public init?(named name: String) {
        let found = Self.allCases.first { module in
            ModelArchitecture.allCases.contains { module.name(in: $0) == name }
        }
        guard let found else { return nil }
        self = found
    }
}
