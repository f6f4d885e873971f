import ContentStore
import DatasetFormats
import Foundation
import SharedData
import SystemPackage
import Testing

@testable import DatasetRegistry

/// LLaMA-Factory's own data folder, added and forked.
@Suite(.enabled(if: SharedData.isAvailable, Comment(rawValue: SharedData.whySkipped)))
struct LLaMAFactoryDataTests {
    private let temporary: TemporaryStore
    private let folder = FilePath(SharedData.root.path).appending("data").appending("llamafactory")

    init() throws { temporary = try TemporaryStore() }

    @discardableResult
    private func add(
        _ name: String, as reference: String, _ options: DatasetImporter.Options = .init()
    ) throws -> DatasetImporter.Added {
        let path = folder.appending(name)
        let reference = try ReferenceName(reference)
        return try temporary.store.write { try DatasetImporter($0).add(path, as: reference, options: options) }
    }

    /// What sed's `s/OLD/NEW/g` does to bytes.
    private func replacing(_ old: String, by new: String, in text: [UInt8]) -> (bytes: [UInt8], count: Int) {
        let old = bytes(old)
        var output: [UInt8] = []
        var count = 0
        var position = 0
        while position < text.count {
            if text[position...].starts(with: old) {
                output += bytes(new)
                position += old.count
                count += 1
            } else {
                output.append(text[position])
                position += 1
            }
        }
        return (output, count)
    }

    @Test func everyDemoIsKeptByteForByte() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.string).sorted()
            .filter { ($0.hasSuffix(".json") || $0.hasSuffix(".jsonl")) && $0 != DatasetInfoFile.fileName }
        #expect(names.count >= 14)
        for name in names {
            let file = try read(folder.appending(name))
            let reference = try ReferenceName(sanitising: name).text
            let added = try add(name, as: reference)
            #expect(try temporary.export(reference) == file, "\(name)")
            #expect(added.manifest.source == .init(file: name, sha1: try ObjectID.of(file), bytes: file.count))
            #expect(added.badRows == [])
        }
    }

    @Test func theFileOfMarch2024IsKnownByItsSHA1() throws {
        var options = DatasetImporter.Options()
        options.expectedSHA1 = ObjectID(hex: "ffe3ecb58ab642da33fbb514d5e6188f1469ad40")
        let added = try add("identity.2024-03.json", as: "identity", options)
        #expect(added.manifest.source.sha1 == options.expectedSHA1)
        #expect(throws: DatasetRegistryError.self) { try add("identity.json", as: "newer", options) }
        #expect(try temporary.store.references.names(.dataset).map(\.text) == ["identity"])
    }

    @Test func aForkIsWhatSedMakes() throws {
        try add("identity.2024-03.json", as: "identity")
        let forked = try temporary.fork(
            ["NAME": "FOFABot", "AUTHOR": "HuaShunXinAn"], of: "identity", as: "identity_fofabot")
        let file = try read(folder.appending("identity.2024-03.json"))
        let (named, names) = replacing("NAME", by: "FOFABot", in: file)
        let (expected, authors) = replacing("AUTHOR", by: "HuaShunXinAn", in: named)
        #expect(try temporary.export("identity_fofabot") == expected)
        #expect((names, authors) == (77, 60))
        #expect(forked.replaced == ["NAME": 77, "AUTHOR": 60])
        #expect(forked.remaining == [:])
    }

    @Test func todaysFileHasItsPlaceholdersInBraces() throws {
        try add("identity.json", as: "identity")
        try temporary.fork(["NAME": "FOFABot", "AUTHOR": "HuaShunXinAn"], of: "identity")
        let file = try read(folder.appending("identity.json"))
        let (named, _) = replacing("{{name}}", by: "FOFABot", in: file)
        let (expected, _) = replacing("{{author}}", by: "HuaShunXinAn", in: named)
        #expect(try temporary.export("fork") == expected)
    }

    @Test func theListOfDatasetsIsRead() throws {
        let file = try DatasetInfoFile(folder: folder)
        #expect(file.entries.count > 10)
        for entry in file.entries {
            guard case .local(let path) = entry.place, FileManager.default.fileExists(atPath: path.string) else {
                continue
            }
            var options = DatasetImporter.Options()
            options.schema = entry.schema
            options.expectedSHA1 = entry.sha1
            options.otherKeys = entry.otherKeys
            guard let name = path.lastComponent?.string, !name.hasSuffix(".txt") else { continue }
            try add(name, as: entry.name, options)
            #expect(try temporary.open(entry.name).attributes.schema == entry.schema)
        }
        #expect(try temporary.store.references.names(.dataset).count > 5)
    }
}
