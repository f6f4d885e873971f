/// What a member of a tar is to a row, by its name: `val/000017.seg.json` is the part `seg.json` of the row `val/000017`.
///
/// The key ends at the first dot of the file's name, as WebDataset has it, and endings are lower case.
struct SamplePart: Hashable {
    let key: String
    let ending: String

    /// What a part's bytes are, which its ending says; the endings are those that WebDataset's own readers know.
    enum Kind {
        case json, text, number, bytes
    }

    /// - Returns: nil for a name without a key or without an ending.
    init?(member name: String) {
        let bytes = Array(name.utf8)
        let fileStart = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        guard let dot = bytes[fileStart...].firstIndex(of: UInt8(ascii: ".")), dot > fileStart, dot + 1 < bytes.count
        else { return nil }
        key = String(decoding: bytes[..<dot], as: UTF8.self)
        ending = String(decoding: bytes[(dot + 1)...], as: UTF8.self).lowercased()
    }

    /// Whether it is a part of the row with this key, byte for byte: é and e with an accent name two rows.
    func isPart(ofKey other: String) -> Bool { key.utf8.elementsEqual(other.utf8) }

    /// What a part of this ending is: the last of several endings says it.
    static func kind(of ending: String) -> Kind {
        switch ending.split(separator: ".", omittingEmptySubsequences: false).last ?? "" {
        case "json", "jsn": .json
        case "txt", "text", "transcript": .text
        case "cls", "cls2", "class", "count", "index", "inx", "id": .number
        default: .bytes
        }
    }

    /// The key of a row that has none of its own.
    static func key(ofRow number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }
}
