import DatasetFormats
import SystemPackage

/// A JSON file that a reference program wrote, with typed access that names what is missing.
struct GoldenFile {
    let path: FilePath
    let value: JSONValue

    init(_ path: FilePath) throws {
        self.path = path
        value = try JSONParser.parse(try path.readAll(), source: path.string)
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
