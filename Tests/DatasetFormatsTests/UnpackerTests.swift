import DatasetFormats
import Foundation
import SystemPackage
import TestFolders
import Testing

@Suite struct UnpackerTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    static let compressions = PackedWriter.Form.Compression.allCases

    @Test(arguments: compressions)
    func unpacksWhatWasCompressed(compression: PackedWriter.Form.Compression) throws {
        let text = Array(String(repeating: "{\"a\": 1}\n", count: 40_000).utf8)
        let form = PackedWriter.Form(container: nil, compression: compression)
        let file = try pack([(nil, text)], form, as: "rows.jsonl.packed")
        let unpacked = try Unpacker(PackedLocation(file: file)).unpack(to: folder.path.appending("out"))
        #expect(unpacked.byteCount == text.count)
        #expect(try contents(folder.path.appending("out")) == text)
        #expect(
            try PackedForm(beginning: Array(contents(folder.path.appending("rows.jsonl.packed")).prefix(512)))?.rawValue
                == compression.rawValue)
    }

    @Test func theSameMembersGiveTheSameBytes() throws {
        for (index, form) in Self.containers.enumerated() {
            let first = try pack([("a.jsonl", [1, 2, 3])], form, as: "first\(index)")
            let second = try pack([("a.jsonl", [1, 2, 3])], form, as: "second\(index)")
            #expect(
                try Data(contentsOf: URL(fileURLWithPath: first.string))
                    == Data(contentsOf: URL(fileURLWithPath: second.string)))
        }
    }

    static let containers: [PackedWriter.Form] = [
        .init(container: .zip, compression: nil), .init(container: .tar, compression: nil),
        .init(container: .tar, compression: .gzip), .init(container: .tar, compression: .zstd),
    ]

    @Test(arguments: containers)
    func unpacksTheMemberThatIsNamed(form: PackedWriter.Form) throws {
        let file = try pack(
            [("data/a.jsonl", Array("one".utf8)), ("data/b.jsonl", Array("two".utf8))], form, as: "x.pack")
        let location = PackedLocation(FilePath(folder.path.string + "/x.pack/data/b.jsonl")) { $0 == file }
        #expect(location == PackedLocation(file: file, member: "data/b.jsonl"))
        let unpacked = try Unpacker(location).unpack(to: folder.path.appending("out"))
        #expect(unpacked.name == "data/b.jsonl")
        #expect(try contents(folder.path.appending("out")) == Array("two".utf8))
    }

    @Test func namesTheMembersWhereNoneIsChosen() throws {
        let form = PackedWriter.Form(container: .zip, compression: nil)
        let file = try pack([("data/a.jsonl", [1]), ("data/b.jsonl", [2])], form, as: "x.zip")
        #expect(throws: DatasetFormatsError.archive(.severalMembers(["data/a.jsonl", "data/b.jsonl"]), path: file)) {
            try Unpacker(PackedLocation(file: file)).unpack(to: folder.path.appending("out"))
        }
        let wrong = PackedLocation(file: file, member: "b.jsonl")
        #expect(throws: DatasetFormatsError.archive(.noMember(name: "b.jsonl", nearest: "data/b.jsonl"), path: file)) {
            try Unpacker(wrong).unpack(to: folder.path.appending("out"))
        }
    }

    static let hazards: [(entry: TarEntry, hazard: ArchiveDefect.Hazard)] = [
        (TarEntry(name: "/etc/passwd"), .absolutePath),
        (TarEntry(name: "C:\\rows.jsonl"), .absolutePath),
        (TarEntry(name: "a/../../rows.jsonl"), .climbsOut),
        (TarEntry(name: "..\\rows.jsonl"), .climbsOut),
        (TarEntry(name: ".."), .climbsOut),
        (TarEntry(name: "c:rows.jsonl"), .absolutePath),
        (TarEntry(name: "rows.jsonl", kind: "2", target: "/etc/passwd"), .link),
        (TarEntry(name: "rows.jsonl", kind: "1", target: "/etc/passwd"), .link),
        (TarEntry(name: "rows.jsonl", kind: "3"), .device),
        (TarEntry(name: "rows.jsonl", kind: "6"), .device),
    ]

    @Test(arguments: hazards)
    func refusesWhatDoesNotStayInside(entry: TarEntry, hazard: ArchiveDefect.Hazard) throws {
        let bytes =
            TarEntry(name: "good.jsonl", data: [0x7B, 0x7D]).bytes + entry.bytes + [UInt8](repeating: 0, count: 1024)
        let file = try folder.write(bytes, "x.tar")
        #expect(throws: DatasetFormatsError.archive(.unsafeMember(name: entry.name, hazard), path: file)) {
            try Unpacker(PackedLocation(file: file, member: "good.jsonl")).unpack(to: folder.path.appending("out"))
        }
    }

    @Test(arguments: ["a.jsonl", "./a.jsonl"])
    func refusesAMemberThatIsThereTwice(second: String) throws {
        let entry = TarEntry(name: "a.jsonl", data: [1])
        let again = TarEntry(name: second, data: [2])
        let file = try folder.write(entry.bytes + again.bytes + [UInt8](repeating: 0, count: 1024), "x.tar")
        #expect(throws: DatasetFormatsError.archive(.unsafeMember(name: "a.jsonl", .duplicate), path: file)) {
            try Unpacker(PackedLocation(file: file)).members()
        }
    }

    @Test func refusesABomb() throws {
        let form = PackedWriter.Form(container: nil, compression: .gzip)
        let file = try pack([(nil, [UInt8](repeating: 0x20, count: 4 << 20))], form, as: "bomb.gz")
        let byRatio = ArchiveLimits(maximumRatio: 100, freeBytes: 1 << 20)
        let error = #expect(throws: DatasetFormatsError.self) {
            try Unpacker(PackedLocation(file: file), limits: byRatio).unpack(to: folder.path.appending("out"))
        }
        guard case .archive(.growsTooMuch(_, limit: 100), _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(throws: DatasetFormatsError.archive(.tooLarge(limit: 1 << 20), path: file)) {
            try Unpacker(PackedLocation(file: file), limits: ArchiveLimits(maximumBytes: 1 << 20))
                .unpack(to: folder.path.appending("out2"))
        }
    }

    @Test func refusesWhatIsPackedTwice() throws {
        let inner = try pack([(nil, [1, 2, 3])], .init(container: nil, compression: .gzip), as: "a.jsonl.gz")
        let outer = try pack(
            [("a.jsonl.gz", contents(folder.path.appending("a.jsonl.gz")))], Self.containers[1], as: "x.tar")
        #expect(inner != outer)
        #expect(throws: DatasetFormatsError.archive(.nested(name: "a.jsonl.gz"), path: outer)) {
            try Unpacker(PackedLocation(file: outer)).unpack(to: folder.path.appending("out"))
        }
    }

    /// Cut short or changed in one byte, a packed file gives an error or other bytes, and never a crash.
    @Test(arguments: containers + compressions.map { PackedWriter.Form(container: nil, compression: $0) })
    func survivesDamage(form: PackedWriter.Form) throws {
        let text = Array("{\"a\": \"some text\"}\n".utf8)
        let whole = try contents(pack([("a.jsonl", text)], form, as: "whole"))
        var errorCount = 0
        for position in stride(from: 0, to: whole.count, by: max(1, whole.count / 60)) {
            var flipped = whole
            flipped[position] ^= 0x55
            for damaged in [Array(whole.prefix(position)), flipped] {
                let file = try folder.write(damaged, "damaged")
                try? FileManager.default.removeItem(atPath: folder.path.appending("out").string)
                do {
                    _ = try Unpacker(PackedLocation(file: file)).unpack(to: folder.path.appending("out"))
                } catch is DatasetFormatsError {
                    errorCount += 1
                }
            }
        }
        #expect(errorCount > 0)
    }

    @Test(arguments: [
        ("rows.jsonl.gz", "rows.jsonl"), ("rows.csv.ZST", "rows.csv"), ("set.tar.xz", "set"), ("set.tgz", "set"),
        ("rows.jsonl.zip", "rows.jsonl"), ("rows.parquet", nil), (".gz", nil),
    ])
    func findsTheFormInAName(name: String, inner: String?) {
        #expect(PackedWriter.Form.named(name)?.inner == inner)
    }

    private func pack(
        _ members: [(String?, [UInt8])], _ form: PackedWriter.Form, as name: String
    ) throws -> FilePath {
        let path = folder.path.appending(name)
        let descriptor = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .truncate], permissions: .init(rawValue: 0o644))
        try descriptor.closeAfter {
            let writer = try PackedWriter(descriptor, path: path, form: form)
            for (name, bytes) in members {
                try writer.beginMember(name ?? "data", byteCount: bytes.count)
                try writer.append(bytes)
            }
            try writer.finish()
        }
        return path
    }
}
