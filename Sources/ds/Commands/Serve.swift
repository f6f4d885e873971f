import ArgumentParser
import ContentStore
import Foundation
import Kernels
import LanguageModels
import Serving
import WebServer

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve a model and its adapters by OpenAI's API.",
        discussion: """
            Answers /v1/models, /v1/chat/completions, /v1/completions, /v1/embeddings, /health and /metrics; see \
            docs/api.md. Requests are answered together, and adapters share one base; which of them answers is the \
            request's model. Without an adapter's name it is the model as it is.

            Examples:
                ds serve --model smollm2
                ds serve --model smollm2 --adapter runs/fofabot --adapter runs/poet --port 8080
                curl http://127.0.0.1:8000/v1/models
            """)

    @Option(help: "The model: a name of the store's, a GGUF file, or a folder; else the store's only one.")
    var model: String?
    @Option(help: "An adapter: a folder as PEFT writes it, or a run of the store; may be given often.")
    var adapter: [String] = []
    @Option(help: "A template's name; else each adapter's or the model's own.") var template: String?
    @Option(help: "The port; 0 for any that is free.") var port = 8000
    @OptionGroup var quantisation: QuantisationOptions
    @OptionGroup(title: "Serving") var serving: ServingOptions
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var store: StoreOptions

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port is from 0 to 65535") }
    }

    func run() throws {
        let metrics = ServingMetrics()
        let catalogue = try catalogue(metrics)
        let server = WebServer(
            options: serving.server(port: port), catalogue: catalogue, metrics: metrics)
        Terminal.note("models    \(catalogue.names.joined(separator: ", "))")
        try ServerRun.run(server, name: "serving", links: false)
    }

    private func catalogue(_ metrics: ServingMetrics) throws -> FixedCatalogue {
        let store = try store.open()
        let context = try compute.context(usesBFloat16: serving.bf16, isForAnswers: true)
        let files = try ModelFiles(model, in: store)
        let adapters = try adapter.map { try ServedAdapter($0, in: store) }
        let base = try BaseModel(
            files, rounding: try rounding(adapters), context: context, options: serving.engine, metrics: metrics)
        let now = Int(Date().timeIntervalSince1970)
        var catalogue = FixedCatalogue()
        try catalogue.add(
            try base.served(as: base.name, adapter: nil, template: template), base: nil, created: now)
        for adapter in adapters {
            if let note = adapter.note, !files.isRecorded(in: note) {
                Terminal.note(
                    "warning: \(adapter.text) was made for \(note.modelName ?? "another model"), whose bytes differ")
            }
            try base.refuseReplacing(adapter.folder, name: adapter.text)
            let lowRank = try LowRankAdapter(
                folder: adapter.folder, for: base.llama.configuration, trainable: false, in: context)
            try catalogue.add(
                try base.served(
                    as: BaseModel.plainName(adapter.text), adapter: lowRank,
                    template: template ?? adapter.note?.templateName),
                base: base.name, created: now)
        }
        return catalogue
    }

    /// How the base is rounded that all adapters share: as they were trained, where that is one way.
    ///
    /// - Throws: `CommandError.severalRoundings`.
    private func rounding(_ adapters: [ServedAdapter]) throws -> BaseRounding? {
        let recorded = Set(adapters.map { $0.note?.rounding?.rawValue ?? "none" })
        guard recorded.count <= 1 || quantisation.quantizationBit != nil else {
            throw CommandError.severalRoundings(names: recorded.sorted())
        }
        return try quantisation.rounding(recorded: adapters.first?.note?.rounding)
    }
}
