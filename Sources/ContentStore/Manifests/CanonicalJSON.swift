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
}
