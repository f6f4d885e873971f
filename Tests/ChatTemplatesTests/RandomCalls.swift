import ChatTemplates
import DatasetFormats

/// Calls of tools, the same for a seed: splitmix64.
struct RandomCalls {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(max(1, limit)))
    }

    mutating func calls(_ most: Int) -> [ToolCall] {
        (0...below(most)).map { _ in
            var arguments = JSONObject()
            for index in 0..<below(4) { arguments["arg_\(index)"] = value(depth: 0) }
            return ToolCall(name: ["f", "get_it", "查询", "a-b.c"][below(4)], arguments: .object(arguments))
        }
    }

    private mutating func value(depth: Int) -> JSONValue {
        switch below(depth < 3 ? 7 : 5) {
        case 0: .int(below(2000) - 1000)
        case 1: .double(Double(below(1000)) / 8)
        case 2: .bool(below(2) == 0)
        case 3: .null
        case 4: .string(text())
        case 5: .array((0..<below(3)).map { _ in value(depth: depth + 1) })
        default: .object(["k": value(depth: depth + 1), "é": .string(text())])
        }
    }

    /// Text that begins with a word, so that no format can take it for another type.
    private mutating func text() -> String {
        let parts = [
            "\n", " ", "é", "\"q\"", "{", "}", "[", "\\d", "<b>", "&&", "=", "Action", "'", "，", "😀", ", x", "(",
        ]
        return "word" + (0..<below(8)).map { _ in parts[below(parts.count)] }.joined()
    }
}
