import ContentStore
import DatasetFormats
import Foundation
import SystemPackage

/// A folder's `dataset_info.json`, LLaMA-Factory's list of datasets.
public struct DatasetInfoFile: Sendable {
    public static let fileName = "dataset_info.json"

    /// Where an entry's rows are.
    public enum Place: Sendable, Hashable {
        case local(FilePath)
        /// On a hub, a script or in a cloud: the key that says so, and its value.
        case remote(key: String, value: String)
    }

    public struct Entry: Sendable {
        public let name: String
        public let place: Place
        public let sha1: ObjectID?
        public let schema: RowSchema
        /// Keys that are about something else than rows.
        public let otherKeys: [String: RecordValue]
    }

    public let path: FilePath
    public let entries: [Entry]

    /// Keys that say where rows are when they are not in a file here, in the order in which LLaMA-Factory looks.
    private static let remoteKeys = ["hf_hub_url", "ms_hub_url", "om_hub_url", "script_url", "cloud_file_name"]
    private static let knownKeys = Set(remoteKeys + ["file_name", "file_sha1"]).union(RowSchema.entryKeys)

    /// - Parameter folder: the data folder.
    /// - Throws: `DatasetRegistryError.badDatasetInfo` naming the entry and key, or `DatasetFormatsError` for a file
    ///   that is no JSON or cannot be read.
    public init(folder: FilePath) throws {
        path = folder.appending(Self.fileName)
        let root = try JSONParser.parseFile(path)
        var entries: [Entry] = []
        for (name, value) in root.members {
            entries.append(try Self.entry(name, value, file: path, folder: folder))
        }
        self.entries = entries
    }

    public func entry(named name: String) -> Entry? { entries.first { $0.name == name } }

    private static func entry(
        _ name: String, _ value: JSONValue, file: FilePath, folder: FilePath
    ) throws(DatasetRegistryError) -> Entry {
        func bad(_ key: String?, _ problem: String) -> DatasetRegistryError {
            .badDatasetInfo(file: file, place: key.map { "\(name).\($0)" } ?? name, problem: problem)
        }
        guard let object = value.objectValue else { throw bad(nil, "is \(value.kind), not an object") }
        let schema: RowSchema
        do {
            schema = try RowSchema(entry: object)
        } catch DatasetFormatsError.badSchema(let field, let problem) {
            throw bad(field, problem)
        } catch {
            throw bad(nil, error.description)
        }
        var sha1: ObjectID?
        if let text = object["file_sha1"], !text.isNull {
            guard let id = text.stringValue.flatMap({ ObjectID(hex: $0) }) else {
                throw bad("file_sha1", "is no SHA-1, which is 40 hexadecimal digits")
            }
            sha1 = id
        }
        for key in ["subset", "split", "folder"] {
            if let value = object[key], !value.isNull, value.stringValue == nil {
                throw bad(key, "is \(value.kind), not a name")
            }
        }
        if let value = object[DatasetAttributes.sampleCountKey], !value.isNull {
            guard let count = value.intValue, DatasetAttributes.sampleCounts.contains(count) else {
                throw bad(DatasetAttributes.sampleCountKey, "is no number of rows, 1 or more")
            }
        }
        var others: [String: RecordValue] = [:]
        for (key, value) in object.members where !knownKeys.contains(key) { others[key] = RecordValue(value) }
        return Entry(
            name: name, place: try place(of: object, folder: folder, bad: bad), sha1: sha1, schema: schema,
            otherKeys: others)
    }

    private static func place(
        of object: JSONObject, folder: FilePath, bad: (String?, String) -> DatasetRegistryError
    ) throws(DatasetRegistryError) -> Place {
        for key in remoteKeys {
            if let value = object[key]?.stringValue { return .remote(key: key, value: value) }
        }
        guard let value = object["file_name"], !value.isNull else {
            throw bad("file_name", "is missing, and nothing else says where the rows are")
        }
        guard let name = value.stringValue, !name.isEmpty else {
            throw bad("file_name", value.stringValue == nil ? "is \(value.kind), not a name" : "is empty")
        }
        let relative = FilePath(name)
        guard let inside = FilePath(folder.string).lexicallyResolving(relative), relative.isRelative else {
            throw bad("file_name", "\(name) lies outside its folder; add that file by its path")
        }
        return .local(inside)
    }
}
