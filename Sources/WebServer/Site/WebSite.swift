import DatasetFormats
import Foundation
import Hummingbird
import SystemPackage

/// The pages of `ds web`, and what they ask the server for.
public struct WebSite: Sendable {
    /// Where a site finds things.
    public struct Options: Sendable {
        /// The program, `ds`.
        public var program: FilePath
        /// The store's folder.
        public var store: FilePath
        /// The folder whose files may be added by their path; nil for none.
        public var files: FilePath?
        public var uploadLimit = 4 << 30
        public var version: String

        public init(program: FilePath, store: FilePath, files: FilePath?, version: String) {
            self.program = program
            self.store = store
            self.files = files
            self.version = version
        }
    }

    let options: Options
    /// What the site keeps in the store beside its objects.
    let folder: FilePath
    let runner: CommandRunner
    let tasks: TaskBoard
    let runs: RunKeeper
    let uploads: UploadArea
    let exports: ExportArea
    let notes: VerificationNotes

    public init(_ options: Options) throws {
        self.options = options
        folder = options.store.appending("web")
        do {
            try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        } catch {
            throw WebServerError.unreadable(path: folder, .permissionDenied)
        }
        runner = CommandRunner(program: options.program, store: options.store, folder: folder)
        tasks = TaskBoard(runner)
        runs = RunKeeper(folder: folder, runner: runner)
        uploads = UploadArea(folder: folder.appending("uploads"), limit: options.uploadLimit)
        exports = ExportArea(folder: folder.appending("exports"))
        notes = VerificationNotes(path: folder.appending("verified.json"))
    }

    /// Clears what a server that was ended in the middle left, and looks after the queue from now on.
    func begin() async throws {
        try uploads.clear()
        try exports.clear()
        await runs.begin()
    }

    func addRoutes(to router: Router<WebContext>, bodyLimit: Int) {
        Pages.addRoutes(to: router)
        router.get("/api/state") { _, _ in
            Response([
                "version": .string(options.version), "files": options.files.map { .string($0.string) } ?? .null,
                "upload_limit": .int(options.uploadLimit), "store": .string(options.store.string),
            ])
        }
        router.get("/api/models") { _, _ in Response(try await runner.json("model", "list")) }
        router.get("/api/tasks/:id") { _, context in
            Response(try await tasks.json(String(context.parameters.get("id") ?? "")))
        }
        addDatasetRoutes(to: router, bodyLimit: bodyLimit)
        addRunRoutes(to: router, bodyLimit: bodyLimit)
        addExportRoutes(to: router, bodyLimit: bodyLimit)
    }
}

/// What a request names, checked before any command sees it.
enum RequestName {
    /// A name of the store's, with `@VERSION` or without: nothing that could be an option or a path.
    static func name(_ text: (some StringProtocol)?) throws(WebServerError) -> String {
        guard let text, !text.isEmpty, text.utf8.count <= 200, let first = text.unicodeScalars.first else {
            throw .badRequest("a name is missing, or longer than 200 bytes")
        }
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.value > 0x20 && scalar.value != 0x7F && scalar != "/" && scalar != "\\" && scalar != ":"
        }
        guard isPlain, first != "-", first != ".", first != "@" else {
            throw .badRequest("\(text) is no name of this store")
        }
        return String(text)
    }

    static func integer(
        _ text: (some StringProtocol)?, else standard: Int, _ range: ClosedRange<Int>
    ) throws(WebServerError) -> Int {
        guard let text else { return standard }
        guard let value = Int(text), range.contains(value) else {
            throw .badRequest("\(text) must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }
}

extension WebContext {
    /// The parameter `name` of the path, as a name of the store.
    var storeName: String {
        get throws {
            let text = parameters.get("name") ?? ""
            return try RequestName.name(text.removingPercentEncoding ?? text)
        }
    }
}
