import DatasetFormats

/// Rows of random shapes, every field of which is in every row, so that they come back as they were.
struct RandomRows {
    private indirect enum Shape {
        case null, bool, integer, float, text
        case list(Shape)
        case object([(String, Shape)])
    }

    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(state: seed) }

    mutating func rows(_ count: Int) -> [JSONObject] {
        let fields = (0..<Int.random(in: 1...5, using: &random)).map { ("f\($0)", shape(depth: 0)) }
        return (0..<count).map { _ in object(fields) }
    }

    private mutating func shape(depth: Int) -> Shape {
        switch Int.random(in: 0..<(depth < 3 ? 8 : 5), using: &random) {
        case 0: .null
        case 1: .bool
        case 2: .integer
        case 3: .float
        case 4: .text
        case 5, 6: .list(shape(depth: depth + 1))
        default:
            .object((0..<Int.random(in: 1...3, using: &random)).map { ("k\($0)", shape(depth: depth + 1)) })
        }
    }

    private mutating func object(_ fields: [(String, Shape)]) -> JSONObject {
        var object = JSONObject()
        for (name, shape) in fields { object[name] = value(shape) }
        return object
    }

    private mutating func value(_ shape: Shape) -> JSONValue {
        if Int.random(in: 0..<4, using: &random) == 0 { return .null }
        switch shape {
        case .null: return .null
        case .bool: return .bool(Bool.random(using: &random))
        case .integer: return .int(Int.random(in: Bool.random(using: &random) ? -3...3 : .min ... .max, using: &random))
        case .float: return .double(Double.random(in: -1e6...1e6, using: &random) + 0.5)
        case .text:
            let texts = ["", "a", "user", "世界", "\"\\\n\u{1}", "e\u{301}", String(repeating: "x", count: 300)]
            return .string(
                texts[Int.random(in: 0..<texts.count, using: &random)]
                    + (Bool.random(using: &random) ? "" : "\(random.next())"))
        case .list(let element):
            return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in value(element) })
        case .object(let fields): return .object(object(fields))
        }
    }
}

/// Numbers that are the same in every run. Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
/// Generators" (2014), SplitMix64.
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
