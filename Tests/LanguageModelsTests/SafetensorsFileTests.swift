import LanguageModels
import SystemPackage
import TestFolders
import Testing
import TinyModels

@Suite struct SafetensorsFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func open(_ bytes: [UInt8]) throws -> SafetensorsFile {
        try SafetensorsFile(path: try folder.write(bytes, "model.safetensors"))
    }

    /// A file with this header and so many bytes of data.
    static func file(_ header: String, data: [UInt8] = []) -> [UInt8] {
        [UInt8](littleEndian: [UInt64(header.utf8.count)]) + header.utf8 + data
    }

    static func entry(_ type: String = "F32", shape: String = "[2]", offsets: String = "[0,8]") -> String {
        #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
    }

    static let written: [SafetensorsWriter.Tensor] = [
        .init(name: "z", shape: [2, 3], values: [1, -2, 0.1, .greatestFiniteMagnitude, .leastNonzeroMagnitude, -0.0]),
        .init(name: "A \"é\"\n", shape: [3], values: [.infinity, -.infinity, .nan]),
        .init(name: "scalar", shape: [], values: [7]),
        .init(name: "empty", shape: [0, 3], values: []),
        .init(name: "another empty", shape: [3, 0], values: []),
        .init(name: "a", shape: [1, 1, 2, 1], values: [3, 4]),
    ]

    @Test func whatIsWrittenIsReadBack() throws {
        let bytes = SafetensorsWriter.bytes(Self.written, metadata: ["format": "pt", "note": "\"\\"])
        let file = try open(bytes)
        #expect(file.metadata == ["format": "pt", "note": "\"\\"])
        #expect(Set(file.tensors.keys) == Set(Self.written.map(\.name)))
        for tensor in Self.written {
            let entry = try #require(file.tensors[tensor.name])
            #expect(entry.shape == tensor.shape)
            #expect(file.values(of: entry).map(\.bitPattern) == tensor.values.map(\.bitPattern))
        }
        // The order they are given in changes nothing, and data begin at a multiple of eight bytes.
        #expect(SafetensorsWriter.bytes(Self.written.reversed(), metadata: ["note": "\"\\", "format": "pt"]) == bytes)
        #expect(bytes[0] % 8 == 0)
    }

    /// Empty tensors begin where the next one does, and none may be taken for an overlap.
    @Test(arguments: 0..<20)
    func emptyTensorsStandBesideOthers(seed: Int) throws {
        let header =
            "{"
            + (0..<6).map { index in
                let entry =
                    index < 5
                    ? Self.entry(shape: "[0]", offsets: "[0,0]") : Self.entry(shape: "[2]", offsets: "[0,8]")
                return "\"\(seed) \(index)\":\(entry)"
            }.joined(separator: ",") + "}"
        #expect(try open(Self.file(header, data: [UInt8](repeating: 0, count: 8))).tensors.count == 6)
    }

    @Test(
        arguments: [
            ("F32", [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]), ("F16", [0, 0x3C, 0, 0xC0]), ("BF16", [0x80, 0x3F, 0, 0xC0]),
        ] as [(String, [UInt8])])
    func everyNumberTypeIsWidened(type: String, data: [UInt8]) throws {
        let entry = Self.entry(type, offsets: "[0,\(data.count)]")
        let file = try open(Self.file("{\"t\":\(entry)}", data: data))
        #expect(file.values(of: try #require(file.tensors["t"])) == [1, -2])
    }

    @Test func everyCutIsSeen() throws {
        let bytes = SafetensorsWriter.bytes(Self.written)
        for length in bytes.indices {
            let path = try folder.write(Array(bytes[..<length]), "model.safetensors")
            let error = #expect(throws: LanguageModelsError.self, "cut to \(length) bytes") {
                try SafetensorsFile(path: path)
            }
            guard case .malformed(file: path.string, _, _) = error else {
                Issue.record("cut to \(length) bytes: \(String(describing: error))")
                return
            }
        }
    }

    @Test func noChangedByteOfTheHeaderDoesHarm() throws {
        let bytes = SafetensorsWriter.bytes(Self.written)
        var refused = 0
        var opened = 0
        for index in 0..<8 + Int(bytes[0]) + Int(bytes[1]) << 8 {
            for mask in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80] as [UInt8] {
                var damaged = bytes
                damaged[index] ^= mask
                let path = try folder.write(damaged, "model.safetensors")
                do {
                    let file = try SafetensorsFile(path: path)
                    guard
                        file.tensors.values.allSatisfy({ file.values(of: $0).count == $0.shape.reduce(1, *) })
                    else {
                        Issue.record("bit \(mask) of byte \(index): a tensor is not what it says")
                        return
                    }
                    opened += 1
                } catch {
                    guard error.description.hasPrefix(path.string + ": ") else {
                        Issue.record("bit \(mask) of byte \(index): \(error)")
                        return
                    }
                    refused += 1
                }
            }
        }
        #expect(opened > 0 && refused > 0)
    }

    struct DamageCase: CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let expected: String
        init(_ name: String, _ bytes: [UInt8], _ expected: String) {
            testDescription = name
            self.bytes = bytes
            self.expected = expected
        }
    }
    static let eight = [UInt8](repeating: 0, count: 8)
    static let sixteen = [UInt8](repeating: 0, count: 16)
    static func two(_ a: String, _ b: String) -> String {
        "{\"a\":\(entry(offsets: a)),\"b\":\(entry(offsets: b))}"
    }
    static func one(_ entry: String) -> [UInt8] { file("{\"t\":\(entry)}", data: eight) }
    static let damage: [DamageCase] = [
        .init("no bytes", [], "header: the file ends here"),
        .init("a header of 2^64 - 1 bytes", .init(littleEndian: [UInt64.max]) + eight, "header: promises"),
        .init("a header of 2^63 bytes", .init(littleEndian: [UInt64(1) << 63]) + eight, "header: promises"),
        .init("a header one byte too long", .init(littleEndian: [UInt64(9)]) + eight, "header: promises 9 bytes"),
        .init("an empty header", file(""), "header: "),
        .init("a list for a header", file("[]"), "header: is no object"),
        .init("a torn header", file("{\"t\":"), "header: "),
        .init("no UTF-8", .init(littleEndian: [UInt64(5)]) + [0x7B, 0x22, 0xC3, 0x28, 0x22], "header: "),
        .init("a number for an entry", file("{\"t\":1}"), "tensor t: is no object"),
        .init("a gap", file(two("[0,8]", "[12,20]"), data: sixteen + [0, 0, 0, 0]), "tensor b: overlaps or leaves"),
        .init("a gap in front", one(entry(shape: "[1]", offsets: "[4,8]")), "tensor t: overlaps or leaves a gap"),
        .init("an overlap", file(two("[0,8]", "[4,12]"), data: eight + [0, 0, 0, 0]), "tensor b: overlaps or leaves"),
        .init("one place for two", file(two("[0,8]", "[0,8]"), data: eight), "tensor "),
        .init("bytes left over", file("{\"t\":\(entry())}", data: sixteen), "data: 8 bytes belong to no tensor"),
        .init("past the end", one(entry(shape: "[3]", offsets: "[0,12]")), "tensor t: lies outside the file"),
        .init("backwards", one(entry(offsets: "[8,0]")), "tensor t: lies outside the file"),
        .init("before the data", one(entry(offsets: "[-8,0]")), "tensor t: lies outside the file"),
        .init("2^63 - 1", one(entry(offsets: "[0,9223372036854775807]")), "tensor t: lies outside the file"),
        .init("2^64", one(entry(offsets: "[0,18446744073709551616]")), "tensor t: lacks its shape or offsets"),
        .init("a shape of fewer", one(entry(shape: "[1]")), "tensor t: has 8 bytes where its shape needs 4"),
        .init("a negative size", one(entry(shape: "[-2]")), "tensor t: has an impossible shape"),
        .init("a size of 2^62", one(entry(shape: "[4611686018427387904]")), "tensor t: has an impossible shape"),
        .init("a broken size", one(entry(shape: "[2.5]")), "tensor t: has an impossible shape"),
        .init("no shape", one("{\"dtype\":\"F32\",\"data_offsets\":[0,8]}"), "tensor t: lacks its shape or offsets"),
        .init("one offset", one(entry(offsets: "[8]")), "tensor t: lacks its shape or offsets"),
        .init("another type", one(entry("I64", shape: "[1]")), "number type I64 of tensor t is not supported"),
        .init("no type", one("{\"shape\":[2],\"data_offsets\":[0,8]}"), "number type ? of tensor t is not supported"),
    ]

    @Test(arguments: damage)
    func theErrorNamesFileAndPlace(c: DamageCase) throws {
        let path = try folder.write(c.bytes, "model.safetensors")
        let error = #expect(throws: LanguageModelsError.self) { try SafetensorsFile(path: path) }
        let text = error?.description ?? ""
        #expect(text.hasPrefix("\(path.string): \(c.expected)"), "\(text)")
    }
}
