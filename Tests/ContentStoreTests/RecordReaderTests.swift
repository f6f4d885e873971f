import Foundation
import Testing

@testable import ContentStore

@Suite struct RecordReaderTests {
    private let id: ObjectID

    init() throws { id = try #require(ObjectID(hex: "a9993e364706816aba3e25717850c26c9cd0d89d")) }

    private func parse(_ json: [UInt8]) throws -> RecordValue {
        var reader = RecordReader(json, of: id)
        return try reader.readWhole()
    }

    private static func value(_ generator: inout SeededGenerator, depth: Int = 0) -> RecordValue {
        switch generator.below(depth < 4 ? 8 : 6) {
        case 0: return .null
        case 1: return .bool(generator.below(2) == 0)
        case 2: return .int([0, 1, -1, .max, .min, generator.below(1000)][generator.below(6)])
        case 3: return .double(Double(generator.below(1_000_000)) * 1.25e-7 + 1e-9)
        case 4: return .double(-1.5e300)
        case 5: return .string(text(&generator))
        case 6: return .array((0..<generator.below(4)).map { _ in value(&generator, depth: depth + 1) })
        default:
            let members = (0..<generator.below(4)).map { _ in (text(&generator), value(&generator, depth: depth + 1)) }
            return .object(Dictionary(members, uniquingKeysWith: { $1 }))
        }
    }

    private static func text(_ generator: inout SeededGenerator) -> String {
        let pool: [Character] = [
            "a", "Z", " ", "\"", "\\", "/", "\n", "\u{1}", "é", "我", "😀", "\u{2028}", "{", "]", ",",
        ]
        return String((0..<generator.below(20)).map { _ in pool[generator.below(pool.count)] })
    }

    /// Foundation writes, in one line and on many, with slashes escaped and not: what is read is what was written.
    @Test(arguments: 1...300)
    func whatFoundationWritesIsRead(seed: UInt64) throws {
        var generator = SeededGenerator(seed)
        let value = Self.value(&generator)
        for formatting in [JSONEncoder.OutputFormatting.prettyPrinted, .sortedKeys, .withoutEscapingSlashes] {
            let encoder = JSONEncoder()
            encoder.outputFormatting = formatting
            #expect(try parse([UInt8](try encoder.encode(value))) == value)
        }
    }

    @Test(arguments: [
        (#""\u0041\u00e9\u6211\ud83d\ude00\uD83D\uDE00""#, RecordValue.string("Aé我😀😀")),
        (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{c}\n\r\t")), ("\t\r\n 1 \n", .int(1)), ("-0", .int(0)),
        ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)), ("3.0", .int(3)), ("1E2", .int(100)),
        ("9223372036854775808", .double(9_223_372_036_854_775_808)), ("2.5e-1", .double(0.25)),
        (" [ ] ", .array([])), ("{ }", .object([:])),
        (
            #"{"a":{"b":[null , true,false ]}}"#,
            .object(["a": .object(["b": .array([.null, .bool(true), .bool(false)])])])
        ),
    ])
    func jsonIsRead(json: String, value: RecordValue) throws {
        #expect(try parse(bytes(json)) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "tru", "truee", "falsy", "+1", "01", "-", "1.", ".5", "1e", "1e+", "0x1", "NaN", "Infinity",
        "1e999",
        "\"", "\"a", #""\"#, #""\x""#, #""\u12""#, #""\u12g4""#, #""\ud83d""#, #""\ud83dx""#, #""\ud83d\u0041""#,
        #""\ude00""#, "\"\u{1}\"", "\"\n\"", "[", "[1", "[1,", "[1,]", "[,]", "[1 2]", "]", "{", "{\"a\"", "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{a:1}", "{1:1}", "{\"a\":1 \"b\":2}", "[1}", "{\"a\":1]", "1 1",
        "[] []", "}",
        "'a'", "/**/1", "\u{FEFF}1",
    ])
    func whatIsNoJSONIsRefused(json: String) {
        let error = #expect(throws: ContentStoreError.self) { try parse(bytes(json)) }
        guard case .malformedManifest(id, _) = error else {
            Issue.record("\(json): \(String(describing: error))")
            return
        }
    }

    @Test(
        arguments: [[0xC3, 0x28], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80]] as [[UInt8]])
    func whatIsNoUTF8IsRefused(letters: [UInt8]) {
        #expect(throws: ContentStoreError.self) { try parse(bytes("\"") + letters + bytes("\"")) }
        #expect(throws: ContentStoreError.self) { try parse(bytes("\"\\n") + letters + bytes("\"")) }
        #expect(throws: ContentStoreError.self) { try parse(bytes("{\"") + letters + bytes("\":1}")) }
    }

    @Test func depthHasALimit() throws {
        func nested(_ depth: Int) -> [UInt8] {
            bytes(String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
        }
        _ = try parse(nested(512))
        #expect(throws: ContentStoreError.malformedManifest(id: id, problem: "is nested more than 512 levels deep")) {
            try parse(nested(513))
        }
    }

    @Test func whatIsMissingOrOfAnotherTypeIsNamed() throws {
        func read<Value: RecordReadable>(_ json: String) throws -> Value {
            var reader = RecordReader(bytes(json), of: id)
            return try reader.readWhole()
        }
        let unknown: DatasetOriginal.File = try read(#"{"bytes":1,"later":[{}],"name":"a","sha1":"\#(id)"}"#)
        #expect(unknown == DatasetOriginal.File(name: "a", sha1: id, bytes: 1))
        for (json, problem) in [
            (#"{"bytes":1,"name":"a"}"#, "sha1 is missing"),
            (#"{"bytes":1,"name":null,"sha1":"\#(id)"}"#, "name is missing"),
            (#"{"bytes":1,"name":"a","sha1":"abc"}"#, "\"abc\" is no SHA-1"),
            (#"{"bytes":1.5,"name":"a","sha1":"\#(id)"}"#, "1.5 is no whole number of 64 bits"),
            (#"{"bytes":"1","name":"a","sha1":"\#(id)"}"#, "at byte 9 there should be a number"),
            ("[]", "at byte 0 there should be an object"),
        ] {
            #expect(throws: ContentStoreError.malformedManifest(id: id, problem: problem)) {
                let _: DatasetOriginal.File = try read(json)
            }
        }
    }
}
