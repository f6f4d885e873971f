import LanguageModels
import SystemPackage
import TestFolders
import Testing
import TinyModels

/// Files that lie, and the place that the error names.
@Suite struct GGUFDamageTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let builder: GGUFBuilder
        /// What the error says after the file's name.
        let expected: String

        init(_ name: String, _ expected: String, _ change: (inout GGUFBuilder) -> Void) {
            testDescription = name
            self.expected = expected
            var builder = GGUFFileTests.small
            change(&builder)
            self.builder = builder
        }
    }

    static let huge = UInt64(1) << 60

    static let headers: [Case] = [
        .init("another magic", "header: does not begin with GGUF") { $0.magic = 0x4655_4746 },
        .init("2^60 tensors", "header: promises \(huge) entries, more than the file has room for") {
            $0.tensorCount = huge
        },
        .init("2^60 entries", "header: promises \(huge) entries") { $0.entryCount = huge },
        .init("2^64 - 1 entries", "header: promises \(UInt64.max) entries") { $0.entryCount = .max },
        .init("an entry too many", "tensor 0: promises ") { $0.entryCount = 3 },
        .init("a text of 2^60 bytes", "metadata s: promises \(huge) entries") {
            $0.entries.append(.init("s", type: 8, .init(littleEndian: [huge])))
        },
        .init("a key of 2^63 bytes", "metadata entry 2: promises \(UInt64(1) << 63) entries") {
            $0.entries.append(.init("", type: 0, []))
            // Its key's length follows the two good entries, where the builder writes a zero.
            $0.entries[1].value += .init(littleEndian: [UInt64(1) << 63])
        },
        .init("an array of 2^60", "metadata l: promises \(huge) entries") {
            $0.entries.append(.init("l", type: 9, .init(littleEndian: [4 as UInt32]) + .init(littleEndian: [huge])))
        },
        .init("2^60 texts", "metadata l: promises \(huge) entries") {
            $0.entries.append(.init("l", type: 9, .init(littleEndian: [8 as UInt32]) + .init(littleEndian: [huge])))
        },
        .init("2^60 arrays", "metadata l: promises \(huge) entries") {
            $0.entries.append(.init("l", type: 9, .init(littleEndian: [9 as UInt32]) + .init(littleEndian: [huge])))
        },
        .init("no UTF-8", "metadata s: not valid UTF-8") {
            $0.entries.append(.init("s", type: 8, .init(littleEndian: [UInt64(2)]) + [0xC3, 0x28]))
        },
        .init("a boolean of 2", "metadata t: a boolean is 2") { $0.entries.append(.init("t", type: 7, [2])) },
        .init("value type 13", "metadata t: value type 13 is none of GGUF's") {
            $0.entries.append(.init("t", type: 13, [0]))
        },
        .init("element type 13", "metadata t: value type 13 is none of GGUF's") {
            $0.entries.append(.init("t", type: 9, GGUFBuilder.array(type: 13, count: 1, [0])))
        },
        .init("an integer over 2^63", "metadata t: an integer is out of range") {
            $0.entries.append(
                .init("t", type: 9, GGUFBuilder.array(type: 10, count: 1, .init(littleEndian: [huge << 3]))))
        },
        .init("an entry twice", "metadata k: appears twice") { $0.entries.append(.init("k", "again")) },
        .init("an alignment of 3", "metadata general.alignment: is no power of two") {
            $0.entries.append(.init("general.alignment", UInt32(3)))
        },
        .init("an alignment of 0", "metadata general.alignment: is no power of two") {
            $0.entries.append(.init("general.alignment", UInt32(0)))
        },
        .init("an alignment of 2^31", "metadata general.alignment: is no power of two") {
            $0.entries.append(.init("general.alignment", UInt32(1) << 31))
        },
        .init("an alignment in words", "metadata general.alignment: is no power of two") {
            $0.entries.append(.init("general.alignment", "32"))
        },
    ]

    static let tensors: [Case] = [
        .init("a tensor twice", "tensor a: appears twice") { $0.tensors[1].name = "a" },
        .init("no dimensions", "tensor a: has 0 dimensions") { $0.tensors[0].sizes = [] },
        .init("five dimensions", "tensor a: has 5 dimensions") { $0.tensors[0].sizes = [1, 1, 1, 1, 1] },
        .init("a size of 0", "tensor a: has an impossible size") { $0.tensors[0].sizes = [2, 0] },
        .init("a size of 2^40", "tensor a: has an impossible size") { $0.tensors[0].sizes = [1 << 40] },
        .init("a size of 2^64 - 1", "tensor a: has an impossible size") { $0.tensors[0].sizes = [.max] },
        .init("sizes whose product is 2^64", "tensor a: has an impossible size") {
            $0.tensors[0].sizes = [1 << 32, 1 << 32]
        },
        .init("bytes that overflow", "tensor a: lies outside the file") { $0.tensors[0].sizes = [1 << 39, 1 << 22] },
        .init("half a block", "tensor b: rows are no whole number of blocks") { $0.tensors[1].sizes = [16, 2] },
        .init("one row too many", "tensor b: lies outside the file") { $0.tensors[1].sizes = [32, 2] },
        .init("an offset past the end", "tensor b: lies outside the file") { $0.tensors[1].offset = 1 << 20 },
        .init("an offset one past", "tensor b: lies outside the file") { $0.tensors[1].offset = 33 },
        .init("an offset of 2^64 - 1", "tensor b: lies outside the file") { $0.tensors[1].offset = .max },
        .init("the same bytes twice", "tensor b: overlaps tensor a") { $0.tensors[1].offset = 0 },
        .init("the last byte of another's", "tensor b: overlaps tensor a") {
            $0.entries.append(.init("general.alignment", UInt32(1)))
            $0.tensors[1].offset = 23
        },
        .init("the other way round", "tensor a: overlaps tensor b") {
            $0.tensors[0].offset = 16
            $0.tensors[1].offset = 0
        },
        .init("format 99", "number format 99 of tensor b is not supported") { $0.tensors[1].type = 99 },
        .init("a tensor too many", "tensor ") { $0.tensorCount = 3 },
        .init("a large alignment and nothing behind it", "tensor a: lies outside the file") {
            $0.entries.append(.init("general.alignment", UInt32(1) << 20))
        },
    ]

    @Test(arguments: headers + tensors)
    func theErrorNamesFileAndPlace(c: Case) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(c.builder.bytes, "model.gguf")
        let error = #expect(throws: LanguageModelsError.self) { try GGUFFile(path: path) }
        let text = error?.description ?? ""
        #expect(text.hasPrefix("\(path.string): \(c.expected)"), "\(text)")
    }

    /// Four arrays inside one another are read, five are not: a file cannot make the reader recurse without end.
    @Test(arguments: [(4, true), (5, false), (1000, false)])
    func arraysNestOnlySoDeep(depth: Int, isRead: Bool) throws {
        var value = GGUFBuilder.array(type: 0, count: 1, [1])
        for _ in 1..<depth { value = GGUFBuilder.array(type: 9, count: 1, value) }
        let folder = try TemporaryFolder()
        let path = try folder.write(GGUFBuilder(entries: [.init("deep", type: 9, value)]).bytes, "model.gguf")
        guard !isRead else {
            #expect(try GGUFFile(path: path).metadata["deep"] == .array([.array([.array([.integers([1])])])]))
            return
        }
        let error = #expect(throws: LanguageModelsError.self) { try GGUFFile(path: path) }
        #expect(error?.description.hasPrefix("\(path.string): metadata deep: arrays are nested too deep") == true)
    }
}
