import Foundation

/// One value, one text: compact JSON with sorted keys, slashes as they are.
enum CanonicalJSON {
    static func bytes(_ value: some Encodable) throws(ContentStoreError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return [UInt8](try encoder.encode(value)) + [0x0A]
        } catch {
            throw .index(problem: "a record cannot be written: \(error)")
        }
    }

    static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8], id: ObjectID
    ) throws(ContentStoreError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw .malformedManifest(id: id, problem: explain(error))
        } catch {
            throw .malformedManifest(id: id, problem: "\(error)")
        }
    }

    private static func explain(_ error: DecodingError) -> String {
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? context.debugDescription : "\(path): \(context.debugDescription)"
        }
        return switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context): place(context)
        case .keyNotFound(let key, _): "\(key.stringValue) is missing"
        @unknown default: "\(error)"
        }
    }
}
