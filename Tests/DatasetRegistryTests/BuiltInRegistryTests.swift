import ContentStore
import Conversations
import DatasetFormats
import SystemPackage
import Testing

@testable import DatasetRegistry

@Suite struct BuiltInRegistryTests {
    // MARK: Where it is

    @Test(arguments: [
        ("bin/ds", "registry"), ("bin/ds", "share/ds/registry"), (".build/release/ds", "registry"),
        ("ds", "registry"), ("a/b/c/d/ds", "share/ds/registry"),
    ])
    func itIsFoundFromTheProgram(program: String, registry: String) throws {
        let temporary = try TemporaryStore()
        try temporary.write(bytes("{}"), to: "\(registry)/dataset_info.json")
        let executable = try temporary.write([], to: program)
        let expected = FilePath(temporary.folder.string + "/" + registry)
        #expect(BuiltInRegistry.folder(environment: [:], executable: executable) == expected)
        let empty = [BuiltInRegistry.environmentVariable: ""]
        #expect(BuiltInRegistry.folder(environment: empty, executable: executable) == expected)
    }

    @Test func theEnvironmentGoesFirst() {
        let environment = [BuiltInRegistry.environmentVariable: "/some/where"]
        #expect(BuiltInRegistry.folder(environment: environment, executable: nil) == "/some/where")
    }

    @Test func theNearestIsTaken() throws {
        let temporary = try TemporaryStore()
        for folder in ["registry", "inner/registry"] {
            try temporary.write(bytes("{}"), to: "\(folder)/dataset_info.json")
        }
        let executable = try temporary.write([], to: "inner/bin/ds")
        #expect(
            BuiltInRegistry.folder(environment: [:], executable: executable)
                == temporary.folder.appending("inner").appending("registry"))
    }

    @Test func whereThereIsNoneNoneIsFound() throws {
        let temporary = try TemporaryStore()
        // A folder of the name alone is none.
        try temporary.write([], to: "registry/README.md")
        let executable = try temporary.write([], to: "bin/ds")
        #expect(BuiltInRegistry.folder(environment: [:], executable: executable) == nil)
        #expect(BuiltInRegistry.folder(environment: [:], executable: nil) == nil)
    }

    // MARK: What ships

    private static let registry = packageFolder.appending("registry")

    private func rows(_ entry: DatasetInfoFile.Entry) throws -> [JSONObject] {
        guard case .local(let path) = entry.place else { return [] }
        let temporary = try TemporaryStore()
        var options = DatasetImporter.Options()
        options.schema = entry.schema
        let sha1 = try #require(entry.sha1, "\(entry.name) has no file_sha1")
        options.expectedSHA1 = sha1
        try temporary.store.write { writer in
            _ = try DatasetImporter(writer).add(path, as: try ReferenceName(entry.name), options: options)
        }
        let dataset = try temporary.open(entry.name)
        return try (0..<dataset.rowCount).map { try dataset.row(at: $0) }
    }

    @Test func everyDatasetIsTheFileItSaysAndAllItsRowsConvert() throws {
        let file = try DatasetInfoFile(folder: Self.registry)
        #expect(file.entries.count >= 4)
        for entry in file.entries {
            let rows = try rows(entry)
            #expect(rows.count > 0, "\(entry.name)")
            let converter = RowConverter(schema: entry.schema)
            for (index, row) in rows.enumerated() {
                let conversation = try converter.conversation(from: row, index: index)
                #expect(!conversation.prompt.allSatisfy { $0.content.isEmpty }, "\(entry.name) row \(index)")
            }
        }
    }

    @Test func everyAnswerOfIdentityHoldsAPlaceholder() throws {
        let file = try DatasetInfoFile(folder: Self.registry)
        let rows = try rows(try #require(file.entry(named: "identity")))
        #expect(rows.count >= 100)
        let placeholders = try Placeholders(["NAME": "FOFABot", "AUTHOR": "HuaShunXinAn"])
        for (index, row) in rows.enumerated() {
            var outcome = Placeholders.Outcome()
            let answer = try #require(row["output"]?.stringValue)
            #expect(placeholders.replace(in: answer, counting: &outcome) != nil, "row \(index): \(answer)")
            #expect(outcome.remaining.isEmpty, "row \(index): \(answer)")
        }
    }
}
