import ArgumentParser
import ContentStore
import Foundation
import Kernels
import Serving
import SystemPackage
import WebServer

struct Web: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "web", abstract: "Open the pages: data sets, training, chat and export in a browser.",
        discussion: """
            Everything is inside the program. A training that is started on a page goes on when the browser or the \
            server is closed. Under /v1 is OpenAI's API, for every model and run of the store.

            Examples:
                ds web
                ds web --no-open --port 8080
                ds web --files ~/data          files of that folder can be added by their path
                ds web --host 0.0.0.0          for others too; the link that is printed has the token
            """)

    @Option(help: "The port; 0 for any that is free.") var port = 7860
    @Flag(name: .customLong("no-open"), help: "Do not open a browser.") var noOpen = false
    @Option(help: ArgumentHelp("A folder whose files may be added by their path.", valueName: "FOLDER"))
    var files: String?
    @Option(help: "The largest upload, in bytes.") var uploadLimit = 4 << 30
    @OptionGroup(title: "Serving") var serving: ServingOptions
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var store: StoreOptions

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port is from 0 to 65535") }
        guard uploadLimit > 0 else { throw ValidationError("--upload-limit is 1 or more") }
    }

    func run() throws {
        let store = try store.open()
        if let files, !ModelFiles.isFolder(FilePath(files)) { throw CommandError.noSuchFile(path: FilePath(files)) }
        let metrics = ServingMetrics()
        let catalogue = StoreCatalogue(
            store: store, context: try compute.context(usesBFloat16: serving.bf16, isForAnswers: true),
            options: serving.engine,
            metrics: metrics)
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let here = FileManager.default.currentDirectoryPath
        var options = WebSite.Options(
            program: FilePath(program), store: FilePath(here).pushing(store.root),
            files: files.map { FilePath(here).pushing(FilePath($0)) },
            version: DS.configuration.version)
        options.uploadLimit = uploadLimit
        let server = WebServer(
            options: serving.server(port: port), catalogue: catalogue, metrics: metrics, site: try WebSite(options))
        let opens = !noOpen
        try ServerRun.run(server, name: "open", links: true) { link in
            if opens { Browser.open(link) }
        }
    }
}
