import ContentStore
import Dispatch
import Foundation
import Kernels
import LanguageModels
import Serving
import SystemPackage

/// Every model and every run of a store, brought into memory when it is asked for. One base is kept, with all of its
/// adapters that were used; another takes its place.
actor StoreCatalogue: ModelCatalogue {
    private let store: Store
    private let context: ComputeContext
    private let options: InferenceEngine.Options
    private let metrics: ServingMetrics
    private var base: (key: String, loading: Task<BaseModel, any Error>)?
    private var adapters: [String: LowRankAdapter] = [:]

    init(store: Store, context: ComputeContext, options: InferenceEngine.Options, metrics: ServingMetrics) {
        self.store = store
        self.context = context
        self.options = options
        self.metrics = metrics
    }

    func listings() throws -> [ModelListing] {
        let models = try store.references.all(.model).map { reference in
            ModelListing(name: reference.name.text, base: nil, created: Int(reference.current.time))
        }
        let runs = try store.references.all(.run).map { reference in
            let manifest = try store.manifest(reference.current.manifest)
            let note = RunNote(
                run: reference.name.text, manifest: reference.current.manifest.hex, recipe: manifest.recipe)
            // One that trained the model itself has no base beside it.
            let isWhole = try ModelFiles(run: reference, in: store) != nil
            return ModelListing(
                name: reference.name.text, base: isWhole ? nil : note.modelName.map { BaseModel.plainName($0) },
                created: Int(reference.current.time))
        }
        // A run may have a model's name; then `runs/NAME` means the run.
        let taken = Set(models.map(\.name))
        return models
            + runs.map { run in
                taken.contains(run.name)
                    ? ModelListing(name: "runs/\(run.name)", base: run.base, created: run.created) : run
            }
    }

    func model(named name: String) async throws -> ServedModel {
        let reference = try? ReferenceName(name.hasPrefix("runs/") ? String(name.dropFirst(5)) : name)
        guard let reference else { throw OpenAIService.unknownModel(name) }
        if !name.hasPrefix("runs/"), try store.references.find(.model, reference) != nil {
            let files = try ModelFiles(name, in: store)
            return try await load(files, rounding: nil).served(as: name, adapter: nil, template: nil)
        }
        guard let run = try store.references.find(.run, reference) else { throw OpenAIService.unknownModel(name) }
        let manifest = run.current.manifest
        let note = RunNote(
            run: run.name.text, manifest: manifest.hex, recipe: try store.manifest(manifest).recipe)
        if let whole = try ModelFiles(run: run, in: store) {
            return try await load(whole, rounding: nil).served(as: name, adapter: nil, template: note.templateName)
        }
        let files: ModelFiles
        do {
            files = try ModelFiles(recordedIn: note, adapter: name, store: store)
        } catch {
            throw APIError(status: 409, message: "\(error)", parameter: "model", code: "base_model_gone")
        }
        let base = try await load(files, rounding: note.rounding)
        let adapter = try adapters[manifest.hex] ?? adapter(in: try store.adapterPath(manifest), for: base, name: name)
        adapters[manifest.hex] = adapter
        return try base.served(as: name, adapter: adapter, template: note.templateName)
    }

    /// - Throws: `APIError` where the adapter has weights in place of the base's, which others share.
    private func adapter(in folder: FilePath, for base: BaseModel, name: String) throws -> LowRankAdapter {
        do {
            try base.refuseReplacing(folder, name: name)
        } catch let error as CommandError {
            throw APIError(status: 409, message: "\(error)", parameter: "model", code: "replaces_weights")
        }
        return try LowRankAdapter(folder: folder, for: base.llama.configuration, trainable: false, in: context)
    }

    private func load(_ files: ModelFiles, rounding: BaseRounding?) async throws -> BaseModel {
        let key = (files.files.map(\.sha1.hex) + [rounding?.rawValue ?? ""]).joined(separator: " ")
        if let base, base.key == key { return try await base.loading.value }
        adapters = [:]
        let (context, options, metrics) = (context, options, metrics)
        let loading = Task {
            try await Self.onThread {
                try BaseModel(files, rounding: rounding, context: context, options: options, metrics: metrics)
            }
        }
        base = (key, loading)
        do {
            return try await loading.value
        } catch {
            if base?.key == key { base = nil }
            throw error
        }
    }

    /// Runs what takes long, and would keep others from being answered, on a thread of its own.
    private static func onThread<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Swift.Result { try body() }) }
        }
    }
}
