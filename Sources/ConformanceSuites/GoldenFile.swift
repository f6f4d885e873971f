import DatasetFormats
import SystemPackage

/// A JSON file that a reference program wrote, with typed access that names what is missing.
struct GoldenFile {
    let path: FilePath
    let value: JSONValue

    init(_ path: FilePath) throws {
        self.path = path
        let bytes = try Self.bytes(path)
        value = try JSONParser.parse(bytes, source: path.string)
    }

    /// - Throws: `ConformanceError.unreadable`.
    static func bytes(_ path: FilePath) throws -> [UInt8] {
        do {
            let descriptor = try FileDescriptor.open(path, .readOnly)
            return try descriptor.closeAfter {
                let count = Int(try descriptor.seek(offset: 0, from: .end))
                try descriptor.seek(offset: 0, from: .start)
                return try [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
                    while used < count {
                        let rest = UnsafeMutableRawBufferPointer(
                            rebasing: UnsafeMutableRawBufferPointer(buffer)[used...])
                        let read = try descriptor.read(into: rest)
                        if read == 0 { break }
                        used += read
                    }
                }
            }
        } catch {
            throw ConformanceError.unreadable(path: path, problem: "\(error)")
        }
    }

    func object(_ value: JSONValue?, _ field: String) throws -> JSONObject {
        guard let object = value?.objectValue else { throw ConformanceError.wrongLayout(path: path, field: field) }
        return object
    }

    func array(_ value: JSONValue?, _ field: String) throws -> [JSONValue] {
        guard let array = value?.arrayValue else { throw ConformanceError.wrongLayout(path: path, field: field) }
        return array
    }

    func double(_ value: JSONValue?, _ field: String) throws -> Double {
        guard let number = value?.doubleValue else { throw ConformanceError.wrongLayout(path: path, field: field) }
        return number
    }

    func integers(_ value: JSONValue?, _ field: String) throws -> [Int32] {
        try array(value, field).map { element in
            guard let number = element.intValue, let id = Int32(exactly: number) else {
                throw ConformanceError.wrongLayout(path: path, field: field)
            }
            return id
        }
    }
}
