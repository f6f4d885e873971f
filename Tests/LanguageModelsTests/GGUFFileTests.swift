import Kernels
import LanguageModels
import SystemPackage
import TestFolders
import Testing
import TinyModels

@Suite struct GGUFFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func open(_ bytes: [UInt8]) throws -> GGUFFile { try GGUFFile(path: try folder.write(bytes, "model.gguf")) }

    /// A matrix of F32 and a block of Q8_0, behind one entry.
    static let small = GGUFBuilder(
        entries: [.init("k", "text"), .init("n", type: 9, GGUFBuilder.array(type: 4, count: 1, [7, 0, 0, 0]))],
        tensors: [
            .init("a", sizes: [2, 3], type: 0, .init(littleEndian: (1...6).map { Float($0).bitPattern })),
            .init("b", sizes: [32], type: 8, [0x00, 0x3C] + (0..<32)),
        ])

    struct ValueCase: CustomTestStringConvertible {
        let type: UInt32, bytes: [UInt8], value: GGUFValue
        var testDescription: String { "type \(type): \(value)" }
    }
    static let values: [ValueCase] = [
        .init(type: 0, bytes: [0xFF], value: .unsigned(255)),
        .init(type: 1, bytes: [0xFF], value: .signed(-1)),
        .init(type: 2, bytes: [0xFE, 0xFF], value: .unsigned(65534)),
        .init(type: 3, bytes: [0xFE, 0xFF], value: .signed(-2)),
        .init(type: 4, bytes: [1, 2, 3, 0x84], value: .unsigned(0x8403_0201)),
        .init(type: 5, bytes: [0xFD, 0xFF, 0xFF, 0xFF], value: .signed(-3)),
        .init(type: 6, bytes: [0, 0, 0x20, 0xC0], value: .float(-2.5)),
        .init(type: 7, bytes: [1], value: .bool(true)),
        .init(type: 7, bytes: [0], value: .bool(false)),
        .init(type: 8, bytes: GGUFBuilder.string("né"), value: .string("né")),
        .init(type: 8, bytes: GGUFBuilder.string(""), value: .string("")),
        .init(type: 10, bytes: [UInt8](repeating: 0xFF, count: 8), value: .unsigned(.max)),
        .init(type: 11, bytes: [UInt8](repeating: 0xFF, count: 8), value: .signed(-1)),
        .init(type: 12, bytes: [0, 0, 0, 0, 0, 0, 0xF8, 0x3F], value: .float(1.5)),
        .init(type: 9, bytes: GGUFBuilder.array(type: 1, count: 2, [1, 0x80]), value: .integers([1, -128])),
        .init(
            type: 9, bytes: GGUFBuilder.array(type: 8, count: 2, GGUFBuilder.string("x") + GGUFBuilder.string("yz")),
            value: .strings(["x", "yz"])),
        .init(
            type: 9, bytes: GGUFBuilder.array(type: 6, count: 2, [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]),
            value: .floats([1, 2])),
        .init(
            type: 9, bytes: GGUFBuilder.array(type: 7, count: 2, [1, 0]), value: .array([.bool(true), .bool(false)])),
        .init(
            type: 9, bytes: GGUFBuilder.array(type: 9, count: 1, GGUFBuilder.array(type: 0, count: 1, [9])),
            value: .array([.integers([9])])),
        .init(type: 9, bytes: GGUFBuilder.array(type: 5, count: 0, []), value: .integers([])),
    ]

    @Test(arguments: values)
    func metadataIsReadByItsType(c: ValueCase) throws {
        // The entry behind it shows that just the value's bytes were taken.
        let builder = GGUFBuilder(entries: [.init("v", type: c.type, c.bytes), .init("next", "here")])
        let file = try open(builder.bytes)
        #expect(file.metadata == ["v": c.value, "next": .string("here")])
        #expect(file.tensors.isEmpty)
    }

    @Test(arguments: [2, 3] as [UInt32])
    func tensorsAreReadFromBothVersions(version: UInt32) throws {
        var builder = Self.small
        builder.version = version
        let file = try open(builder.bytes)
        let a = try #require(file.tensors["a"])
        #expect(a.shape == [3, 2] && a.rows == 3 && a.columns == 2 && a.format == .float32)
        #expect(file.values(of: a) == [1, 2, 3, 4, 5, 6])
        let b = try #require(file.tensors["b"])
        #expect(b.shape == [32] && b.rows == 1 && b.format == .q8_0)
        #expect(file.values(of: b) == (0..<32).map { Float($0) })
        #expect(a.byteRange.lowerBound % 32 == 0 && b.byteRange.lowerBound == a.byteRange.lowerBound + 32)
    }

    @Test(arguments: [8, 32, 64, 4096])
    func dataBeginAtTheAlignmentThatMetadataSay(alignment: Int) throws {
        var builder = Self.small
        builder.alignment = alignment
        builder.entries.append(.init("general.alignment", UInt32(alignment)))
        let file = try open(builder.bytes)
        let a = try #require(file.tensors["a"])
        #expect(a.byteRange.lowerBound % alignment == 0)
        #expect(file.values(of: a) == [1, 2, 3, 4, 5, 6])
    }

    @Test(arguments: [0, 1, 4, 0x0300_0000] as [UInt32])
    func otherVersionsAreNamed(version: UInt32) throws {
        var builder = Self.small
        builder.version = version
        let path = try folder.write(builder.bytes, "model.gguf")
        #expect(throws: LanguageModelsError.unsupported(file: path.string, what: "GGUF version \(version)")) {
            try GGUFFile(path: path)
        }
    }

    @Test func absentFilesAreUnreadable() {
        let path = folder.path.appending("absent.gguf")
        #expect(throws: LanguageModelsError.unreadable(path: path, .noSuchFileOrDirectory)) {
            try GGUFFile(path: path)
        }
    }

    @Test func everyCutIsSeen() throws {
        let bytes = Self.small.bytes
        for length in bytes.indices {
            let path = try folder.write(Array(bytes[..<length]), "model.gguf")
            let error = #expect(throws: LanguageModelsError.self, "cut to \(length) bytes") {
                try GGUFFile(path: path)
            }
            guard case .malformed(file: path.string, _, _) = error else {
                Issue.record("cut to \(length) bytes: \(String(describing: error))")
                return
            }
        }
        // Padding after the last tensor belongs to nothing.
        #expect(try open(bytes + [0, 0, 0]).tensors.count == 2)
    }

    @Test func noChangedByteOfTheHeaderDoesHarm() throws {
        let bytes = Self.small.bytes
        var refused = 0
        var opened = 0
        for index in Self.small.header.indices {
            for mask in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF] as [UInt8] {
                var damaged = bytes
                damaged[index] ^= mask
                let path = try folder.write(damaged, "model.gguf")
                do {
                    let file = try GGUFFile(path: path)
                    // Whatever it promises, it must be there.
                    guard
                        file.tensors.values.allSatisfy({
                            file.values(of: $0).count == $0.rows * $0.columns && $0.byteRange.upperBound <= bytes.count
                        })
                    else {
                        Issue.record("bits \(mask) of byte \(index): a tensor is not what it says")
                        return
                    }
                    opened += 1
                } catch {
                    guard error.description.hasPrefix(path.string + ": ") else {
                        Issue.record("bits \(mask) of byte \(index): \(error)")
                        return
                    }
                    refused += 1
                }
            }
        }
        #expect(opened > 0 && refused > 0)
    }
}
