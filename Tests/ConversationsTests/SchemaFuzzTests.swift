import DatasetFormats
import Testing

@testable import Conversations

/// Whatever an entry of dataset_info.json and a row may hold, they are read or refused, and nothing else happens.
@Suite struct SchemaFuzzTests {
    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state ^ (state >> 29)) &* 0xBF58_476D_1CE4_E5B9
        }

        mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
    }

    private static let entries = [
        #"{"formatting": "alpaca", "ranking": true, "columns": {"prompt": "a", "chosen": "b", "rejected": "c"}}"#,
        #"""
        {"formatting": "sharegpt", "columns": {"messages": "m", "system": "s", "tools": "t", "kto_tag": "k"},
         "tags": {"role_tag": "r", "content_tag": "c", "user_tag": "u", "assistant_tag": "g", "system_tag": "s"}}
        """#,
        #"{"formatting": "openai", "ranking": false, "columns": {"messages": "m", "images": "i"}}"#,
        #"{"num_samples": 3, "split": "train", "subset": null, "columns": {"prompt": "a", "history": "h"}}"#,
    ]

    private static let rows = [
        #"{"a": "x", "b": "y", "c": "z", "h": [["p", "q"]], "k": true, "s": "sys"}"#,
        #"{"m": [{"r": "u", "c": "x"}, {"r": "g", "c": [{"type": "text", "text": "y"}]}], "t": [], "k": false}"#,
        #"{"m": [{"from": "human", "value": "x"}, {"from": "gpt", "tool_calls": [{"function": {}}]}], "i": []}"#,
    ]

    private static let values: [JSONValue] = [
        .null, .bool(true), .int(0), .int(-1), .double(1e300), .string(""), .string("m"), .string("é\u{0}\u{202E}"),
        .array([]), .array([.null, .array([])]), .object([:]), .object(["role": .object([:]), "m": .int(2)]),
    ]

    /// One place of a value changed, taken out, or put where it was not.
    private static func mutated(_ value: JSONValue, _ random: inout Random, isRoot: Bool = false) -> JSONValue {
        if !isRoot, random.below(4) == 0 { return values[random.below(values.count)] }
        switch value {
        case .object(var object):
            let keys = object.keys + ["tags", "columns", "ranking", "formatting", "m"]
            let key = keys[random.below(keys.count)]
            object[key] = random.below(5) == 0 ? nil : mutated(object[key] ?? .null, &random)
            return .object(object)
        case .array(var elements):
            guard !elements.isEmpty else { return .array([values[random.below(values.count)]]) }
            let place = random.below(elements.count)
            if random.below(3) == 0 {
                elements.remove(at: place)
            } else {
                elements[place] = mutated(elements[place], &random)
            }
            return .array(elements)
        default:
            return values[random.below(values.count)]
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func entriesAndRowsAreReadOrRefused(seed: UInt64) throws {
        var random = Random(state: seed)
        var readCount = 0
        for text in Self.entries {
            let whole = try JSONParser.parse(Array(text.utf8), source: "entry")
            for _ in 0..<12 {
                var entry = whole
                for _ in 0...random.below(3) { entry = Self.mutated(entry, &random, isRoot: true) }
                let object = try #require(entry.objectValue)
                let schema: RowSchema
                do {
                    schema = try RowSchema(entry: object)
                } catch {
                    guard case .badSchema(let field, _) = error else { throw error }
                    #expect(!field.isEmpty)
                    continue
                }
                readCount += 1
                // What was read is what it was read as, whenever it is read again.
                #expect(try RowSchema(entry: schema.json) == schema)
                try convert(with: schema, &random)
            }
        }
        #expect(readCount > 0)
    }

    private func convert(with schema: RowSchema, _ random: inout Random) throws {
        for text in Self.rows {
            var row = try JSONParser.parse(Array(text.utf8), source: "row")
            for _ in 0..<4 {
                guard let object = row.objectValue else { break }
                _ = RowSchema.inferred(fromFirstRow: object)
                do {
                    let found = try RowConverter(schema: schema).conversation(from: object, index: 5)
                    #expect(!found.prompt.isEmpty)
                } catch {
                    #expect("\(error)".hasPrefix("row 5"), "\(error)")
                }
                row = Self.mutated(row, &random, isRoot: true)
            }
        }
    }
}
