import ArgumentParser
import DatasetFormats
import DatasetRegistry
import SystemPackage

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

    /// What a file of this name is to hold, where nobody said it.
    ///
    /// - Parameter file: which of the files that were added is asked for.
    static func found(for path: FilePath, file: String?, of dataset: StoredDataset) -> ExportForm {
        guard file == nil, path != "-", let format = PackedOutput.format(endingOf: path) else { return .original }
        let files = dataset.manifest.original?.files.map(\.name) ?? [dataset.manifest.source.file]
        guard files.count == 1, let name = files.first else { return .rows(format) }
        let wasFormat =
            PackedOutput.format(endingOf: FilePath(name)) ?? (dataset.attributes.layout == .array ? .json : .jsonl)
        let isPackedAlike =
            PackedWriter.Form.named(name)?.form
            == PackedWriter.Form.named(path.lastComponent?.string ?? path.string)?.form
        return wasFormat == format && isPackedAlike ? .original : .rows(format)
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
