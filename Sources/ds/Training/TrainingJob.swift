import ChatTemplates
import ContentStore
import Conversations
import DatasetFormats
import DatasetRegistry
import Foundation
import Kernels
import LanguageModels
import StreamingLoader
import SystemPackage
import Training

/// A training made ready: data, model and template found, and the recipe that names them to the byte.
struct TrainingJob {
    let options: TrainingOptions
    let output: FilePath
    let name: ReferenceName
    let model: ModelFiles
    let template: any ConversationTemplate
    let loader: ExampleLoader
    let evaluation: ExampleLoader?
    let context: ComputeContext
    let recipe: Recipe
    let memory: MemoryCheck
    let training: TrainingLoop

    /// - Parameters:
    ///   - isStrict: whether a row that cannot be learnt from is an error.
    ///   - usesCache: whether tokens are kept in the store, and taken from there.
    ///   - checksMemory: whether a training that asks for more memory than there is is refused.
    ///   - work: the processes that share the training.
    ///   - tellSkipped: told the rows that cannot be learnt from, also where they are all.
    init(
        options: TrainingOptions, compute: ComputeOptions, store: Store, isStrict: Bool = false,
        usesCache: Bool = true, checksMemory: Bool = true, sharing work: SharedWork = .alone,
        tellSkipped: ([SkippedRow]) -> Void
    ) throws {
        guard let folder = options.outputFolder else { throw TrainingError.missingOption(name: "--out") }
        guard !options.datasets.isEmpty else { throw TrainingError.missingOption(name: "--dataset") }
        try options.check()
        output = FilePath(folder)
        name = try ReferenceName(sanitising: output.lexicallyNormalized().lastComponent?.string ?? "run")
        let datasets = try options.datasets.map { try store.dataset($0) }
        let evaluated = try options.evaluation.datasets.map { try store.dataset($0) }
        for dataset in datasets + evaluated { try options.stage.check(dataset) }
        context = try compute.context(usesBFloat16: options.usesBFloat16)
        let shape = try InitialConfiguration(options)
        model = try ModelFiles(options.model ?? shape?.tokenizerFolder, in: store)
        let fresh = try shape?.weights(seed: options.seed, in: context)
        let pretrained = try PretrainedModel(path: model.path, weights: fresh)
        let choice = TemplateChoice(options.template)
        var template = try pretrained.chatTemplate(choice)
        var options = options.fitting(pretrained)
        options.tuning.initialConfiguration = shape?.path.string
        // The day is an input like any other: the same recipe has the same bytes whenever it is followed.
        options.templateDate = template.tellsDate ? try options.resolvedTemplateDate() : nil
        template.date = options.templateDate
        self.template = template
        self.options = options
        let reference = try ReferenceChoice(options, base: pretrained, files: model, store: store)
        recipe = try Self.recipe(
            options, datasets: datasets, evaluated: evaluated, model: model, template: template,
            context: context, initialConfiguration: shape?.text,
            reference: try reference?.record)
        try work.communicator?.requireSame(Array(try recipe.id().hex.utf8), what: "model, data or settings")
        let encoder = try options.encoder(template: template, tokenizer: pretrained.tokenizer)
        let threads = compute.threadCount
        var tokens: [TokenizedRows?] = []
        let rows = try TrainingRows(options, datasets: datasets, others: evaluated)
        for part in rows.learnt {
            let dataset = part.dataset
            guard usesCache, !encoder.keptRoles.isEmpty else {
                tokens.append(nil)
                continue
            }
            let kept = try DatasetTokens(
                dataset, model: model, template: template, templateText: options.template,
                tokenizer: pretrained.tokenizer, options: options.encoderOptions, in: store)
            tokens.append(try kept.obtain(sampling: part.sampling, threadCount: threads, sharing: work))
        }
        loader = try Self.loader(options, rows.learnt, tokens: tokens, encoder: encoder, threadCount: threads)
        evaluation =
            rows.evaluated.isEmpty
            ? nil
            : try Self.loader(
                options, rows.evaluated, tokens: rows.evaluated.map { _ in nil }, encoder: encoder,
                threadCount: threads, isEvaluation: true)
        tellSkipped(loader.skipped)
        if isStrict { try CommandError.refuse(loader.skipped) }
        if loader.longestExample == options.cutoffLength {
            Terminal.note("note: rows longer than \(Format.count(options.cutoffLength)) tokens are cut there")
        }
        guard loader.exampleCount > 0 else { throw TrainingError.noRows(skipped: loader.skipped.count) }
        let longest = max(1, loader.longestExample, evaluation?.longestExample ?? 0)
        memory = try TrainedModels.memory(
            options, pretrained: pretrained, asked: reference,
            longest: max(longest, loader.longestReading, evaluation?.longestReading ?? 0), checks: checksMemory,
            in: context)
        let models = try TrainedModels(
            options, pretrained: pretrained, fresh: fresh, asked: reference, longest: longest, in: context)
        training = try TrainingLoop(
            options: options, model: models.model, base: models.base, folder: models.folder,
            reference: models.reference, referenceAdapter: models.referenceAdapter, baseModel: model.name,
            loader: loader, evaluation: evaluation,
            output: output, identity: try recipe.id().hex, communicator: work.communicator)
    }

    private static func loader(
        _ options: TrainingOptions, _ rows: [TrainingRows.Part], tokens: [TokenizedRows?],
        encoder: any LearningEncoder, threadCount: Int, isEvaluation: Bool = false
    ) throws -> ExampleLoader {
        let parts = try zip(rows, tokens).map { part, tokens in
            ExampleLoader.Part(
                rows: StoredRows(dataset: part.dataset), converter: try part.dataset.converter,
                sampling: part.sampling, tokens: tokens)
        }
        let size = isEvaluation ? options.evaluation.batchSize ?? options.batchSize : options.examplesPerStep
        var settings = ExampleLoader.Options(
            batchSize: size, packedLength: options.packing ? options.cutoffLength : nil, seed: options.seed)
        // What is evaluated is every row once.
        if !isEvaluation { (settings.mixing, settings.weights) = (options.mixing, options.mixingWeights) }
        let line = ProgressLine(isEvaluation ? "reading rows to evaluate on" : "reading rows")
        defer { line.clear() }
        return try ExampleLoader(
            parts: parts, encoder: encoder, options: settings, threadCount: threadCount
        ) { done, total in
            try Interruption.check()
            line.update(done: done, total: total, details: Format.count(done, "row"))
        }
    }

    /// Everything that decides the adapter's bytes.
    private static func recipe(
        _ options: TrainingOptions, datasets: [StoredDataset], evaluated: [StoredDataset], model: ModelFiles,
        template: any ConversationTemplate, context: ComputeContext, initialConfiguration: String?,
        reference: RecordValue?
    ) throws -> Recipe {
        func named(_ dataset: StoredDataset) -> RecordValue {
            .object([
                "name": .string(dataset.name), "manifest": .string(dataset.manifestID.hex),
                "sha1": .string(dataset.manifest.source.sha1.hex), "rows": .int(dataset.rowCount),
            ])
        }
        let files = model.files.map { file in
            RecordValue.object(["name": .string(file.name), "sha1": .string(file.sha1.hex)])
        }
        var parameters: [String: RecordValue] = [
            "datasets": .array(datasets.map(named)),
            "model": .object(["name": .string(model.name), "files": .array(files)]),
            "template": try TemplateChoice.record(of: template, given: options.template),
            "options": RecordValue(.object(options.recipe)), "precision": .string(context.precision.rawValue),
            "kernels": .string(context.kernelName),
        ]
        if let initialConfiguration { parameters["init_config"] = .string(initialConfiguration) }
        if let reference { parameters["reference"] = reference }
        if !evaluated.isEmpty { parameters["eval_datasets"] = .array(evaluated.map(named)) }
        return Recipe(
            operation: "train", inputs: (datasets + evaluated).map(\.manifestID) + [model.manifestID].compactMap { $0 },
            parameters: parameters)
    }

    /// Keeps what was learnt and its recipe in the store, and says so in the folder.
    func record(_ summary: TrainingLoop.Summary, in store: Store) throws -> ObjectID {
        let id = try store.write { writer in
            let files = try training.learner.fileNames.map { file in
                StoredFile(name: file, object: try writer.stage(contentsOf: output.appending(file)))
            }
            let manifest = RunManifest(
                files: files,
                attributes: [
                    "steps": .int(summary.steps), "tokens": .int(summary.tokenCount), "loss": .double(summary.loss),
                    "rows": .int(loader.exampleCount), "skipped_rows": .int(loader.skipped.count),
                ], recipe: recipe)
            let id = try writer.stage(.run(manifest))
            writer.set(.run, name, to: id)
            return id
        }
        let note = RunNote(run: name.text, manifest: id.hex, recipe: recipe)
        try AtomicFile.write(
            JSONWriter.bytes(.object(note.json), style: .pretty) + [0x0A], to: output.appending(RunNote.fileName))
        return id
    }
}
