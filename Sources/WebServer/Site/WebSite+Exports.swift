import DatasetFormats
import Foundation
import Hummingbird
import NIOCore
import SystemPackage

/// What the Export page asks for: downloads, streamed.
extension WebSite {
    private static let adapterFiles = [
        "adapter_config.json", "adapter_model.safetensors", "value_head.safetensors", "run.json",
    ]
    private static let formats: Set<String> = ["original", "json", "jsonl", "csv", "tsv", "parquet", "arrow"]

    func addExportRoutes(to router: Router<WebContext>, bodyLimit: Int) {
        router.get("/api/datasets/:name/export") { request, context in
            let name = try context.storeName
            let form = request.uri.queryParameters["as"].map(String.init) ?? "original"
            guard Self.formats.contains(form) else {
                throw WebServerError.badRequest("as must be one of \(Self.formats.sorted().joined(separator: ", "))")
            }
            let file = try await exported(name, form)
            let show = try await runner.json("show", name).objectValue
            let ending = form == "original" ? Self.ending(show?["file"]?.stringValue ?? "") : ".\(form)"
            return Response(file: "\(name)\(ending)", body: Self.body([.init(name: nil, file: file)]))
        }
        router.get("/api/datasets/:name/llamafactory") { _, context in
            let name = try context.storeName
            let show = try await runner.json("show", name).objectValue ?? [:]
            let file = try await exported(name, "json")
            let info = try Self.datasetInfo(name: name, show: show)
            return Response(
                file: "\(name)-llamafactory.tar",
                body: Self.body([
                    .init(name: "dataset_info.json", file: try temporary(info)),
                    .init(name: "\(Self.plain(name)).json", file: file),
                ]))
        }
        router.get("/api/runs/:name/adapter") { _, context in
            let name = try context.storeName
            let run = try await runs.run(name)
            guard run.state == .done else {
                throw WebServerError.badRequest("the run \(name) has no adapter yet: it is \(run.state.rawValue)")
            }
            let names = Self.adapterFiles.filter {
                FileManager.default.fileExists(atPath: run.output.appending($0).string)
            }
            guard names.first == Self.adapterFiles[0] else {
                throw WebServerError.badRequest("\(name) trained the model itself: the page Export makes its model")
            }
            let parts = try names.map { file in
                Part(name: "\(Self.plain(name))/\(file)", file: try OpenFile(run.output.appending(file), .readOnly))
            }
            return Response(file: "\(name)-peft.tar", body: Self.body(parts))
        }
        // Models and adapters take long to make: a task makes them, and what it made is downloaded afterwards.
        router.post("/api/exports") { request, _ in
            let export = try ExportRequest(try await request.jsonObject(limit: bodyLimit))
            let isWhole = export.isRun ? try await isWholeModel(run: export.source) : false
            let (id, place) = try exports.place()
            let arguments = try export.arguments(in: place, isWholeModel: isWhole)
            let exports = exports
            let task = await tasks.start(arguments) { exports.finish(id, isWhole: $0 != nil) }
            return Response([
                "task": .string(task), "download": .string("/api/exports/\(id)"),
                "name": .string(export.name),
            ])
        }
        router.get("/api/exports/:id") { _, context in
            let (name, files) = try exports.made(String(context.parameters.get("id") ?? ""))
            guard files.count != 1 || files[0].name != name else {
                return Response(file: name, body: Self.body([.init(name: nil, file: files[0].file)]))
            }
            let parts = files.map { Part(name: "\(name)/\($0.name)", file: $0.file) }
            return Response(file: "\(name).tar", body: Self.body(parts))
        }
    }

    /// Whether a run of the store's trained the model itself rather than an adapter.
    private func isWholeModel(run name: String) async throws -> Bool {
        let versions = try await runner.json("log", "runs/\(name)").objectValue?["versions"]?.arrayValue
        let parameters = versions?.first?.objectValue?["recipe"]?.objectValue?["parameters"]?.objectValue
        let tuning = parameters?["options"]?.objectValue?["finetuning_type"]?.stringValue
        return tuning.map { $0 != "lora" } ?? false
    }

    /// A piece of a download: a file of an archive, or the whole where it has no name.
    private struct Part: Sendable {
        let name: String?
        let file: OpenFile
    }

    private func exported(_ name: String, _ form: String) async throws -> OpenFile {
        let outcome = try await runner.run(Command(["export", name, "-", "--as=\(form)"]), seconds: 3600)
        guard outcome.status == 0 else { throw outcome.failure }
        return outcome.output
    }

    private func temporary(_ bytes: [UInt8]) throws -> OpenFile {
        let path = folder.appending(".\(UUID().uuidString)")
        let file = try OpenFile(path, .readWrite, options: [.create, .exclusiveCreate])
        try? FileManager.default.removeItem(atPath: path.string)
        try file.append(bytes, path: path)
        return file
    }

    /// LLaMA-Factory's entry of a data set: the keys that say what its columns mean.
    private static func datasetInfo(name: String, show: JSONObject) throws -> [UInt8] {
        var entry: JSONObject = ["file_name": .string("\(plain(name)).json")]
        for (key, value) in show["schema"]?.objectValue?.members ?? [] where !value.isNull { entry[key] = value }
        return JSONWriter.bytes(.object([plain(name): .object(entry)]), style: .pretty) + [0x0A]
    }

    private static func plain(_ name: String) -> String {
        String(name.prefix(60).map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" })
    }

    private static func ending(_ file: String) -> String {
        guard let dot = file.firstIndex(of: "."), dot != file.startIndex else { return "" }
        return String(file[dot...])
    }

    private static func body(_ parts: [Part]) -> ResponseBody {
        ResponseBody { writer in
            for part in parts {
                let size = part.file.size
                if let name = part.name {
                    try await writer.write(ByteBuffer(bytes: try TarWriter.header(name: name, size: size)))
                }
                var offset: Int64 = 0
                while offset < size {
                    let piece = try part.file.read(from: offset, count: Int(min(1 << 18, size - offset)))
                    guard !piece.isEmpty else { break }
                    offset += Int64(piece.count)
                    try await writer.write(ByteBuffer(bytes: piece))
                }
                if part.name != nil { try await writer.write(ByteBuffer(bytes: TarWriter.padding(size: size))) }
            }
            if parts.contains(where: { $0.name != nil }) {
                try await writer.write(ByteBuffer(bytes: TarWriter.end))
            }
            try await writer.finish(nil)
        }
    }
}
