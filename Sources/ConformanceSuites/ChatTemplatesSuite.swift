import ChatTemplates
import DatasetFormats
import Jinja
import SystemPackage

/// Chat templates of real models, rendered as transformers renders them.
public struct ChatTemplatesSuite: ConformanceSuite {
    private let folder: FilePath
    private let renderings: [JSONObject]
    private var conversations: [String: JSONObject] = [:]
    private let toolsets: JSONObject
    private var templates: [String: Result<JinjaTemplate, JinjaError>] = [:]

    /// - Throws: `ConformanceError` where the folder has no `rendered.jsonl` and `conversations.json`.
    public init(folder: FilePath, surroundings: ConformanceSurroundings) throws {
        self.folder = folder
        renderings = try GoldenLines.read(folder.appending("rendered.jsonl"))
        let file = try GoldenFile(folder.appending("conversations.json"))
        let root = try file.object(file.value, "the whole")
        toolsets = try file.object(root["toolsets"], "toolsets")
        for conversation in try file.array(root["conversations"], "conversations") {
            let object = try file.object(conversation, "a conversation")
            guard let id = object["id"]?.stringValue else {
                throw ConformanceError.wrongLayout(path: file.path, field: "id")
            }
            conversations[id] = object
        }
    }

    public mutating func run() throws -> ConformanceReport {
        var report = ConformanceReport()
        for rendering in renderings {
            guard let name = rendering["template"]?.stringValue, let id = rendering["conversation"]?.stringValue,
                let conversation = conversations[id]
            else { throw ConformanceError.wrongLayout(path: folder, field: "template or conversation of a rendering") }
            let template = try template(name)
            let difference = try difference(template, conversation, rendering)
            report.check(
                difference == nil,
                "\(name), \(id), prompt \(rendering["add_generation_prompt"]?.boolValue ?? false):"
                    + " \(difference ?? "")")
        }
        return report
    }

    private mutating func template(_ name: String) throws -> Result<JinjaTemplate, JinjaError> {
        if let known = templates[name] { return known }
        let bytes = try folder.appending("templates").appending(name + ".jinja").readAll()
        let parsed: Result<JinjaTemplate, JinjaError>
        do throws(JinjaError) {
            parsed = .success(try JinjaTemplate(String(decoding: bytes, as: UTF8.self)))
        } catch {
            parsed = .failure(error)
        }
        templates[name] = parsed
        return parsed
    }

    private func difference(
        _ template: Result<JinjaTemplate, JinjaError>, _ conversation: JSONObject, _ rendering: JSONObject
    ) throws -> String? {
        var context: [String: JinjaValue] = ["documents": .none]
        var inputs = JSONObject()
        inputs["messages"] = conversation["messages"]
        inputs["tools"] = try tools(rendering["tools"] ?? .null)
        for key in ["add_generation_prompt", "bos_token", "eos_token"] { inputs[key] = rendering[key] }
        for (key, value) in rendering["extra"]?.objectValue?.members ?? [] { inputs[key] = value }
        for (key, value) in inputs.members { context[key] = try JinjaValue(value) }
        let golden = JinjaGolden(expected: rendering)
        switch template {
        case .success(let template): return golden.difference(from: template, context, nil)
        case .failure(let error): return golden.difference(from: nil, context, error)
        }
    }

    /// The tools themselves, where a rendering names a set of them.
    private func tools(_ value: JSONValue) throws -> JSONValue {
        guard let name = value.stringValue else { return value }
        guard let tools = toolsets[name] else {
            throw ConformanceError.wrongLayout(path: folder, field: "toolset \(name)")
        }
        return tools
    }
}
