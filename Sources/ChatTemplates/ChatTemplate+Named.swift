import Spelling

extension ChatTemplate {
    private static let file = Result { () throws(ChatTemplatesError) in
        try TemplateFile(PackageResources.named_templates_json)
    }

    /// The templates that go by a name, LLaMA-Factory's for text, sorted by it.
    ///
    /// They are read from a file that is built into the program; `named(_:)` says what is wrong with it, if anything.
    public static var named: [ChatTemplate] { (try? file.get().templates) ?? [] }

    /// - Throws: `ChatTemplatesError.unknownTemplate`, with the nearest name there is.
    public static func named(_ name: String) throws(ChatTemplatesError) -> ChatTemplate {
        let templates = try file.get().templates
        guard let template = templates.first(where: { $0.name == name }) else {
            throw .unknownTemplate(
                name: name, nearest: EditDistance.nearest(to: name, among: templates.map(\.name)))
        }
        return template
    }
}
