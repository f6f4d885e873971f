import DatasetFormats
import Foundation
import SystemPackage
import Testing

@testable import WebServer

/// An export that a page asks for names a model or a run, and what is made lies in a place of its own.
@Suite struct ExportRequestTests {
    private func request(_ text: String) throws -> ExportRequest {
        try ExportRequest(try #require(try JSONParser.parse(Array(text.utf8), source: "test").objectValue))
    }

    @Test(arguments: [
        (
            #"{"run": "a", "as": "gguf", "format": "q8_0"}"#, false,
            ["merge", "runs/a", "/x/a-q8_0.gguf", "--format=q8_0"]
        ),
        (#"{"run": "a", "as": "folder"}"#, false, ["merge", "runs/a", "/x/a-model"]),
        (#"{"run": "a", "as": "folder"}"#, true, ["model", "convert", "runs/a", "/x/a-model"]),
        (#"{"run": "a b", "as": "peft"}"#, false, []),
        (#"{"run": "数据", "as": "peft"}"#, false, ["adapter", "convert", "runs/数据", "/x/__-peft"]),
        (#"{"run": "a", "as": "adapter_gguf"}"#, false, ["adapter", "convert", "runs/a", "/x/a-adapter.gguf"]),
        (#"{"run": "a", "as": "peft"}"#, true, []),
        (#"{"model": "m", "as": "gguf"}"#, false, ["model", "convert", "m", "/x/m.gguf"]),
    ])
    func aRequestIsOneCommand(text: String, isWhole: Bool, arguments: [String]) throws {
        guard !arguments.isEmpty else {
            #expect(throws: WebServerError.self) { try request(text).arguments(in: "/x", isWholeModel: isWhole) }
            return
        }
        #expect(try request(text).arguments(in: "/x", isWholeModel: isWhole) == arguments)
    }

    @Test(arguments: [
        #"{"as": "gguf"}"#, #"{"run": "../a", "as": "gguf"}"#, #"{"run": "--model", "as": "gguf"}"#,
        #"{"run": "a", "as": "zip"}"#, #"{"run": "a"}"#, #"{"model": "m", "as": "peft"}"#,
        #"{"run": "a", "as": "folder", "format": "q8_0"}"#, #"{"run": "a", "as": "gguf", "format": "; rm"}"#,
        #"{"model": "/etc/passwd", "as": "gguf"}"#,
    ])
    func whatIsNoExportIsRefused(text: String) {
        #expect(throws: WebServerError.self) { try request(text) }
    }

    @Test func onlyWhatIsWholeIsFoundAndOnlyTheNewest() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let area = ExportArea(folder: FilePath(folder.path))
        try area.clear()
        let failed = try area.place()
        area.finish(failed.id, isWhole: false)
        #expect(throws: WebServerError.self) { try area.made(failed.id) }
        var ids: [String] = []
        for index in 0..<5 {
            let (id, place) = try area.place()
            try Data("\(index)".utf8).write(to: URL(fileURLWithPath: place.appending("file.gguf").string))
            #expect(throws: WebServerError.self) { try area.made(id) }
            area.finish(id, isWhole: true)
            #expect(try area.made(id).name == "file.gguf")
            ids.append(id)
        }
        #expect(throws: WebServerError.self) { try area.made(ids[0]) }
        #expect(try area.made(ids[4]).files.count == 1)
        for id in ["..", "", "../exports", ids[4] + "/..", "\(ids[4]).part"] {
            #expect(throws: WebServerError.self) { try area.made(id) }
        }
    }
}
