import DatasetFormats
import Foundation
import SystemPackage

/// When each data set was last proved, byte for byte, on a page.
actor VerificationNotes {
    private let path: FilePath

    init(path: FilePath) { self.path = path }

    /// Seconds since 1970 and whether all was right, by name.
    var all: JSONObject {
        guard let file = try? OpenFile(path, .readOnly), let bytes = try? file.read(from: 0, count: 1 << 20),
            let value = try? JSONParser.parse(bytes, source: path.string)
        else { return [:] }
        return value.objectValue ?? [:]
    }

    func note(_ name: String, isIntact: Bool) throws {
        var notes = all
        notes[name] = .object([
            "time": .int(Int(Date().timeIntervalSince1970)), "intact": .bool(isIntact),
        ])
        try Data(JSONWriter.bytes(.object(notes), style: .pretty)).write(
            to: URL(fileURLWithPath: path.string), options: .atomic)
    }
}
