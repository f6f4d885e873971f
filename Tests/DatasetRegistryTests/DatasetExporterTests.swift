import ContentStore
import DatasetFormats
import Testing

@testable import DatasetRegistry

@Suite struct DatasetExporterTests {
    private let temporary: TemporaryStore

    init() throws { temporary = try TemporaryStore() }

    private static let file = #"""
        [ {"b": 1e-05, "a": [1.0, -0, 12345678901234567890123, 1E+2], "é": "\u00e9\/"} ,
        {"a":{"z":null,"y":true}} ]

        """#

    @Test(arguments: [
        (DatasetExporter.Form.original, file),
        (
            .json,
            """
            [
            {"b":1e-05,"a":[1.0,-0,12345678901234567890123,1E+2],"é":"é/"},
            {"a":{"z":null,"y":true}}
            ]

            """
        ),
        (
            .jsonl,
            """
            {"b":1e-05,"a":[1.0,-0,12345678901234567890123,1E+2],"é":"é/"}
            {"a":{"z":null,"y":true}}

            """
        ),
    ])
    func numbersAndOrderStayAsWritten(form: DatasetExporter.Form, expected: String) throws {
        try temporary.add(bytes(Self.file))
        #expect(String(decoding: try temporary.export(as: form), as: UTF8.self) == expected)
    }

    @Test(arguments: DatasetExporter.Form.allCases)
    func whatIsWrittenCanBeAddedAndHasTheSameRows(form: DatasetExporter.Form) throws {
        let file = largeFile(5, rows: 9000)
        try temporary.add(file)
        let written = try temporary.export(as: form)
        if form == .original { #expect(written == file) }
        try temporary.add(written, as: "again")
        let before = try temporary.open()
        let after = try temporary.open("again")
        #expect(after.rowCount == before.rowCount)
        for index in stride(from: 0, to: before.rowCount, by: 97) {
            #expect(try after.row(at: index) == (try before.row(at: index)))
        }
        // Written once more it is the same.
        #expect(try temporary.export("again", as: form) == written)
    }

    @Test(arguments: DatasetExporter.Form.allCases)
    func progressIsToldAndMayStopIt(form: DatasetExporter.Form) throws {
        let added = try temporary.add(largeFile(5, rows: 9000))
        var seen: [Int] = []
        try DatasetExporter(try temporary.open()).export(as: form, to: { _ in }, progress: { seen.append($0) })
        #expect(seen == added.manifest.shards.map { $0.firstRow + $0.rows })
        #expect(throws: Stopped.self) {
            try DatasetExporter(try temporary.open()).export(as: form, to: { _ in }, progress: { _ in throw Stopped() })
        }
        #expect(throws: Stopped.self) {
            try DatasetExporter(try temporary.open()).export(as: form, to: { _ in throw Stopped() })
        }
    }

    private struct Stopped: Error {}

    @Test func shardsThatAreNotTheFileAreTold() throws {
        let added = try temporary.add(bytes("{\"a\":1}\n"))
        let other = try ObjectID.of([])
        let wrong = DatasetManifest(
            source: .init(file: "x", sha1: other, bytes: 8), shards: added.manifest.shards, columns: [],
            attributes: added.manifest.attributes, recipe: added.manifest.recipe)
        try temporary.store.write { writer in
            writer.set(.dataset, try ReferenceName("wrong"), to: try writer.stage(.dataset(wrong)))
        }
        #expect(
            throws: DatasetRegistryError.sourceDiffers(
                dataset: "wrong", expected: other, found: added.manifest.source.sha1)
        ) { try temporary.export("wrong") }
    }
}
