import SystemPackage

/// A file kept whole.
public struct StoredFile: Sendable, Hashable, Encodable {
    /// Its name in its folder.
    public let name: String
    public let object: StoredObject

    public init(name: String, object: StoredObject) {
        self.name = name
        self.object = object
    }

    /// Checks what a manifest says of its files: names stay in their folder, sizes can be added up.
    ///
    /// - Throws: `ContentStoreError.malformedManifest`.
    static func check(_ files: [StoredFile], id: ObjectID) throws(ContentStoreError) {
        var bytes = 0
        for file in files {
            guard let component = FilePath.Component(file.name), component.kind == .regular else {
                throw .malformedManifest(id: id, problem: "\"\(file.name)\" is no file's name")
            }
            let (sum, overflow) = bytes.addingReportingOverflow(file.object.bytes)
            guard file.object.bytes >= 0, !overflow else {
                throw .malformedManifest(id: id, problem: "file \(file.name) has an impossible size")
            }
            bytes = sum
        }
    }
}

extension StoredFile: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        var name: String?
        var object: StoredObject?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "name": name = try reader.read()
            case "object": object = try reader.read()
            default: try reader.skip()
            }
        }
        self.name = try reader.require(name, "name")
        self.object = try reader.require(object, "object")
    }
}
