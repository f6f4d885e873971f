import DatasetFormats

/// A small generator with a seed, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

    /// A random value; strings hold quotes, control characters, and scalars of every UTF-8 length.
    mutating func jsonValue(depth: Int = 0) -> JSONValue {
        switch below(depth > 3 ? 5 : 7) {
        case 0: return .null
        case 1: return .bool(below(2) == 0)
        case 2: return .int(Int(truncatingIfNeeded: next()))
        case 3: return .double(Double(below(1 << 30)) / 1024 - 7)
        case 4: return .string(string())
        case 5: return .array((0..<below(4)).map { _ in jsonValue(depth: depth + 1) })
        default: return .object(jsonObject(depth: depth + 1))
        }
    }

    mutating func jsonObject(depth: Int = 0) -> JSONObject {
        var object = JSONObject()
        for index in 0..<below(4) { object["\(index)\(string())"] = jsonValue(depth: depth + 1) }
        return object
    }

    mutating func string() -> String {
        let pool: [Character] = ["a", "\"", "\\", "\n", "\u{1}", "é", "我", "😀", " ", "/", "{", "]", ","]
        return String((0..<below(8)).map { _ in pool[below(pool.count)] })
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func readAll(_ text: [UInt8], limits: JSONLimits = .standard) throws -> (
    rows: [RawRow], trailing: [UInt8], layout: JSONLayout
) {
    var reader = JSONRowReader(bytes: text, source: "rows.json", limits: limits)
    var rows: [RawRow] = []
    while let row = try reader.next() { rows.append(row) }
    return (rows, reader.trailingBytes, reader.layout)
}
