import ContentStore
import DatasetFormats
import DatasetRegistry

/// What was added, as the person who added it knows it.
extension DatasetManifest {
    var addedBytes: Int { original?.byteCount ?? source.bytes }

    /// What `sha1sum` says of it; of a folder, of its files joined.
    var addedSHA1: String {
        guard original != nil, let sha1 = recipe.parameters["sha1"]?.stringValue else { return source.sha1.hex }
        return sha1
    }

    var addedName: String {
        guard let original else { return source.file }
        return original.files.count == 1 ? original.files[0].name : "\(Format.count(original.files.count)) files"
    }

    /// How it was written, for people.
    func description(layout: JSONLayout) -> String {
        guard let original else { return layout.description }
        let format =
            recipe.parameters["format"]?.stringValue.flatMap(DatasetFormat.init)?.description ?? "several formats"
        let member = recipe.parameters["member"]?.stringValue.map { ", \($0) inside" } ?? ""
        return original.files.count == 1 ? "\(format)\(member)" : "\(original.files.count) files, \(format)"
    }
}

extension DatasetFormat {
    /// For people.
    var description: String {
        switch self {
        case .json: "JSON"
        case .jsonl: "JSON Lines"
        case .csv: "CSV"
        case .tsv: "TSV"
        case .text: "plain text"
        case .arrow: "Arrow"
        case .arrowStream: "an Arrow stream"
        case .parquet: "Parquet"
        case .webdataset: "a tar of samples"
        }
    }
}
