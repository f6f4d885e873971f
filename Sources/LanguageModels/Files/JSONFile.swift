import DatasetFormats
import SystemPackage

/// Small JSON files that stand beside weights.
enum JSONFile {
    private static let maximumBytes = 256 << 20

    static func exists(_ path: FilePath) -> Bool {
        guard let descriptor = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return false }
        // Nothing was written, so a failure to close loses nothing.
        try? descriptor.close()
        return true
    }

    /// - Throws: `unreadable`, or `malformed` where the file is no JSON object.
    static func object(_ path: FilePath) throws(LanguageModelsError) -> JSONObject {
        let bytes = try bytes(path)
        do {
            guard let object = try JSONParser.parse(bytes, source: path.string).objectValue else {
                throw DatasetFormatsError.malformed(
                    .notAnObject, at: JSONPlace(source: path.string, line: 1, column: 1, row: nil))
            }
            return object
        } catch {
            throw .malformed(file: path.string, place: "JSON", problem: "\(error)")
        }
    }

    /// - Throws: `unreadable`, or `malformed` where the file is too large to be one of these.
    static func bytes(_ path: FilePath) throws(LanguageModelsError) -> [UInt8] {
        let file = try MappedFile(path: path)
        guard let bytes = file.bytes(at: 0, count: min(file.byteCount, maximumBytes)), bytes.count == file.byteCount
        else { throw .malformed(file: path.string, place: "file", problem: "is larger than such a file can be") }
        return bytes
    }
}
