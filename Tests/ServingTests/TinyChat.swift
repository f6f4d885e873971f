import ChatTemplates
import DatasetFormats
import Foundation
import Kernels
import LanguageModels
import Serving
import SystemPackage
import Tokenizers

/// The tiny model that ships in fixtures, opened in single precision.
struct TinyChat {
    let pretrained: PretrainedModel
    let model: TransformerModel
    let template: any ConversationTemplate

    static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("fixtures")

    init(trainable: Bool = false) throws {
        pretrained = try PretrainedModel(path: FilePath(Self.fixtures.appendingPathComponent("tiny-chat.gguf").path))
        let context = try ComputeContext(precision: .float32, threadCount: 2)
        model = try TransformerModel(source: pretrained.source, trainable: trainable, in: context)
        template = try ModelTemplates(pretrained.chatTemplateTexts, source: pretrained.path.string).recognised()
    }

    func session(sampler: Sampler = .greedy, system: String? = nil, tools: String? = nil, capacity: Int = 1024) throws
        -> ChatSession
    {
        try ChatSession(
            model: model, adapter: nil, tokenizer: pretrained.tokenizer, template: template, system: system,
            tools: tools,
            sampler: sampler, capacity: capacity)
    }

    /// What another program computed from the same file: see tools/lib/tiny-chat/reference.py.
    static func golden() throws -> JSONObject {
        let url = fixtures.appendingPathComponent("tiny-chat.golden.json")
        return try JSONParser.parse([UInt8](Data(contentsOf: url)), source: url.path).objectValue ?? [:]
    }
}
