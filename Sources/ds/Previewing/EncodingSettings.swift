import ArgumentParser
import ChatTemplates
import ContentStore
import LanguageModels
import StreamingLoader
import Training

/// How rows become tokens, where a command only looks at them; the names are those of `ds train`.
struct EncodingSettings: ParsableArguments {
    @Option(help: "The model whose tokens to count: a name of the store's, a GGUF file, or a folder.")
    var model: String?
    @Option(help: TemplateChoice.help) var template: String?
    @Option(help: "The day that a template tells, as 2026-11-24. (today)") var templateDate: String?
    @Option(help: "Most tokens of a row. (2048, or what the model can read)") var cutoffLen: String?
    @Option(help: "Learn the prompts too: true or false. (false)") var trainOnPrompt: String?
    @Option(help: "Learn only the last answer of each row. (false)") var maskHistory: String?

    func options() throws -> TrainingOptions {
        var options = TrainingOptions()
        for (key, value) in [
            ("cutoff_len", cutoffLen), ("train_on_prompt", trainOnPrompt), ("mask_history", maskHistory),
            ("template_date", templateDate),
        ] {
            guard let value else { continue }
            try options.set(key, to: value, place: "--\(key.replacing("_", with: "-"))")
        }
        options.model = model
        options.template = template
        return options
    }

    /// The model's tokenizer, the template, and the options, cut to what the model can read.
    func encoding(in store: Store) throws -> Encoding {
        let options = try options()
        let files = try ModelFiles(options.model, in: store)
        let pretrained = try PretrainedModel(path: files.path)
        var template = try pretrained.chatTemplate(TemplateChoice(options.template))
        template.date = options.templateDate
        return Encoding(
            files: files, pretrained: pretrained, template: template, options: options.fitting(pretrained))
    }

    struct Encoding {
        let files: ModelFiles
        let pretrained: PretrainedModel
        let template: any ConversationTemplate
        let options: TrainingOptions

        var modelName: String { files.name }
    }

    /// The template alone, where its name is given and no model is needed for it; else the model's.
    func chatTemplate(in store: Store) throws -> any ConversationTemplate {
        if model == nil, case .named(let name) = TemplateChoice(template) {
            var template = try ChatTemplate.named(name)
            template.date = try options().templateDate
            return template
        }
        return try encoding(in: store).template
    }
}

extension TrainingOptions {
    /// Rows are cut where the model's own limit is below the cutoff.
    func fitting(_ model: PretrainedModel) -> TrainingOptions {
        var options = self
        options.cutoffLength = min(options.cutoffLength, max(1, model.source.configuration.maximumPositions))
        return options
    }
}
