import ArgumentParser
import ChatTemplates
import ContentStore
import Kernels
import LanguageModels
import SystemPackage

/// Which model a command asks, and with which adapter.
struct ModelOptions: ParsableArguments {
    @Option(help: "The model; else the adapter's, or the store's only one.") var model: String?
    @Option(help: "An adapter: a folder as PEFT writes it, or a run of the store.") var adapter: String?
    @Option(help: TemplateChoice.help) var template: String?
    @Option(help: "The day that a template tells, as 2026-11-24. (today)") var templateDate: String?
    @OptionGroup var quantisation: QuantisationOptions
    @Option(help: "Compute in bfloat16: true or false, which rounds nothing. (the fastest)")
    var bf16: Bool?

    /// What was found.
    struct Choice {
        let files: ModelFiles
        let folder: FilePath?
        let pretrained: PretrainedModel
        /// The weights: the model's own, or those that the adapter has in place of some.
        let source: any WeightSource
        let rounding: BaseRounding?
        let template: any ConversationTemplate

        /// The model in memory.
        ///
        /// - Parameter limit: the longest sequence; nil for the model's own limit.
        func transformer(limit: Int? = nil, in context: ComputeContext) throws -> TransformerModel {
            try TransformerModel(
                source: source, trainable: false,
                maximumPositions: limit.map { min($0, source.configuration.maximumPositions) },
                storage: WeightStorage(rounding), in: context)
        }

        /// The adapter, for the model.
        func lowRankAdapter(in context: ComputeContext) throws -> LowRankAdapter? {
            try folder.map {
                try LowRankAdapter(
                    folder: $0, for: source.configuration, trainable: false, in: context)
            }
        }
    }

    func validate() throws {
        if let templateDate, CalendarDate(iso: templateDate) == nil {
            throw ValidationError("--template-date \(templateDate): is no day; write it as 2026-11-24")
        }
    }

    /// - Throws: `CommandError` where a model or an adapter is not found.
    func choice(in store: Store) throws -> Choice {
        let folder = try adapter.map { try AdapterFolder.find($0, in: store) }
        let note = try folder.flatMap { try RunNote(folder: $0) } ?? AdapterFolder.note(of: adapter, in: store)
        let files = try modelFiles(note: note, folder: folder, store: store)
        let pretrained = try PretrainedModel(path: files.path)
        var template = try pretrained.chatTemplate(TemplateChoice(template ?? note?.templateName))
        // One day for all that is asked, even where it goes on past midnight.
        template.date = templateDate.flatMap(CalendarDate.init(iso:)) ?? .today
        return Choice(
            files: files, folder: folder, pretrained: pretrained,
            source: try ReplacedWeightSource.source(of: folder, over: pretrained.source),
            rounding: try quantisation.rounding(recorded: note?.rounding), template: template)
    }

    /// The model that is named, else the very one that the adapter was made for, else the store's only one.
    private func modelFiles(note: RunNote?, folder: FilePath?, store: Store) throws -> ModelFiles {
        if model == nil, let note, let adapter {
            return try ModelFiles(recordedIn: note, adapter: adapter, store: store)
        }
        let files = try ModelFiles(model ?? folder.flatMap { try AdapterFolder.baseModel($0) }, in: store)
        if let note, !files.isRecorded(in: note) {
            Terminal.note("warning: the adapter was made for \(note.modelName ?? "another model"), whose bytes differ")
        }
        return files
    }
}
