import ArgumentParser
import DatasetFormats
import DatasetRegistry

/// What an export writes: the file that was added, or the rows in a format.
enum ExportForm: Hashable, CaseIterable, ExpressibleByArgument {
    case original
    case rows(DatasetFormat)

    static var allCases: [ExportForm] { [.original] + DatasetFormat.allCases.map { .rows($0) } }

    init?(argument: String) {
        guard let form = Self.allCases.first(where: { $0.name == argument }) else { return nil }
        self = form
    }

    static var allValueStrings: [String] { allCases.map(\.name) }
    var defaultValueDescription: String { name }

    var name: String {
        switch self {
        case .original: "original"
        case .rows(let format): format.rawValue
        }
    }

    /// The form that needs no conversion.
    var plain: DatasetExporter.Form? {
        switch self {
        case .original: .original
        case .rows(.json): .json
        case .rows(.jsonl): .jsonl
        case .rows: nil
        }
    }
}
