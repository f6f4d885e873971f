import DatasetFormats
import Foundation
import Hummingbird
import SystemPackage

/// What the Datasets pages ask for.
extension WebSite {
    /// Rows of a page at most.
    private static let maximumRows = 100

    func addDatasetRoutes(to router: Router<WebContext>, bodyLimit: Int) {
        router.get("/api/datasets") { _, _ in
            let list = try await runner.json("list")
            return Response(["datasets": list, "verified": .object(await notes.all)])
        }
        router.post("/api/datasets") { request, _ in
            let object = try await request.jsonObject(limit: bodyLimit)
            return Response(["task": .string(await tasks.start(try addition(object)))])
        }
        router.post("/api/uploads") { request, context in
            let name = request.uri.queryParameters["name"].map(String.init) ?? ""
            let called = request.uri.queryParameters["as"].map(String.init) ?? ""
            return try await uploads.withFile(named: name, of: request) { path in
                var arguments = ["add", path.string]
                if !called.isEmpty { arguments.append("--name=\(try RequestName.name(called))") }
                let command = Command(arguments + ["--json"])
                return Response(
                    try await context.whileConnected { try await runner.run(command, seconds: 3600).json() })
            }
        }
        router.get("/api/datasets/:name") { _, context in
            Response(try await runner.json("show", try context.storeName))
        }
        router.get("/api/datasets/:name/log") { _, context in
            Response(try await runner.json("log", try context.storeName))
        }
        router.get("/api/datasets/:name/rows") { request, context in
            Response(try await runner.run(try rows(request, try context.storeName)).json())
        }
        router.post("/api/datasets/:name/stats") { request, context in
            try await start("stats", request, context, bodyLimit)
        }
        router.post("/api/datasets/:name/check") { request, context in
            try await start("check", request, context, bodyLimit)
        }
        router.post("/api/datasets/:name/verify") { _, context in
            let name = try context.storeName
            let notes = notes
            let task = await tasks.start(["verify", name]) { result in
                guard let isIntact = result?.objectValue?["intact"]?.boolValue else { return }
                try? await notes.note(name, isIntact: isIntact)
            }
            return Response(["task": .string(task)])
        }
        router.post("/api/datasets/:name/fork") { request, context in
            let object = try await request.jsonObject(limit: bodyLimit)
            let task = await tasks.start(try fork(try context.storeName, object))
            return Response(["task": .string(task)])
        }
    }

    /// A file of the named folder, or a data set that ships with the program.
    private func addition(_ object: JSONObject) throws -> [String] {
        var arguments: [String]
        if let text = object["path"]?.stringValue {
            guard let files = options.files else {
                throw WebServerError.badRequest(
                    "no folder is named whose files may be added; start with --files FOLDER")
            }
            arguments = ["add", try UploadArea.path(text, inside: files).string]
        } else {
            arguments = ["add", try RequestName.name(object["builtin"]?.stringValue)]
        }
        if let name = object["name"]?.stringValue { arguments.append("--name=\(try RequestName.name(name))") }
        return arguments
    }

    private func rows(_ request: Request, _ name: String) throws -> Command {
        let query = request.uri.queryParameters
        let form = query["as"].map(String.init) ?? "row"
        guard ["row", "conversation", "text", "tokens"].contains(form) else {
            throw WebServerError.badRequest("as must be row, conversation, text or tokens")
        }
        var arguments = [
            "preview", name, "--as=\(form)",
            "--offset=\(try RequestName.integer(query["offset"], else: 0, 0...Int.max))",
            "--limit=\(try RequestName.integer(query["limit"], else: 20, 1...Self.maximumRows))",
        ]
        if form == "text" || form == "tokens", let model = query["model"] {
            arguments.append("--model=\(try RequestName.name(String(model)))")
        }
        if let template = query["template"] { arguments.append("--template=\(try RequestName.name(String(template)))") }
        return Command(arguments + ["--json"])
    }

    private func start(
        _ command: String, _ request: Request, _ context: WebContext, _ bodyLimit: Int
    ) async throws -> Response {
        let object = try await request.jsonObject(limit: bodyLimit)
        var arguments = [command, try context.storeName]
        for key in ["model", "template"] {
            if let value = object[key]?.stringValue { arguments.append("--\(key)=\(try RequestName.name(value))") }
        }
        if let cutoff = object["cutoff_len"]?.intValue { arguments.append("--cutoff-len=\(cutoff)") }
        return Response(["task": .string(await tasks.start(arguments))])
    }

    private func fork(_ name: String, _ object: JSONObject) throws -> [String] {
        var arguments = ["fork", name]
        for (key, value) in object["values"]?.objectValue?.members ?? [] {
            let isWord = key.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == 0x5F
            }
            guard isWord, !key.isEmpty, let text = value.stringValue else {
                throw WebServerError.badRequest("\(key) is no placeholder")
            }
            arguments.append("--set=\(key)=\(text)")
        }
        if let name = object["name"]?.stringValue, !name.isEmpty {
            arguments.append("--name=\(try RequestName.name(name))")
        }
        return arguments
    }
}
