import ChatTemplates
import DatasetFormats
import Messages
import SystemPackage

/// Named templates: every conversation as each template renders it, and what each template is.
///
/// The templates are those built into `ds`; the folder has what LLaMA-Factory rendered.
public struct NamedTemplatesSuite: ConformanceSuite {
    private let folder: FilePath
    private var report = ConformanceReport()

    public init(folder: FilePath, surroundings: ConformanceSurroundings) throws { self.folder = folder }

    public mutating func run() throws -> ConformanceReport {
        let conversations = try TemplateConversation.all(in: folder.appending("conversations.json"))
        let path = folder.appending("rendered.jsonl")
        var reader = try JSONRowReader(path: path)
        while let row = try reader.next() {
            let line = try JSONParser.parseRow(row, source: path.string)
            guard let name = line["template"]?.stringValue, let id = line["conversation"]?.stringValue,
                let conversation = conversations[id]
            else { throw ConformanceError.wrongLayout(path: path, field: "template or conversation") }
            do {
                try check(try ChatTemplate.named(name), conversation, against: line, "\(name), \(id)")
            } catch let error as ChatTemplatesError {
                report.check(false, "\(name), \(id): \(error)")
            }
        }
        let facts = folder.appending("templates.json")
        if facts.exists { try checkFacts(facts) }
        return report
    }

    private mutating func check(
        _ template: ChatTemplate, _ conversation: TemplateConversation, against line: JSONObject, _ what: String
    ) throws {
        var template = template
        template.date = Self.date(in: line)
        func turns(dropping: Bool) throws(ChatTemplatesError) -> [RenderedTurn] {
            try template.render(
                conversation.messages, system: conversation.system, tools: conversation.tools,
                masksHistory: dropping)
        }
        if let expected = line["multi_turn"]?.arrayValue {
            compare(try turns(dropping: false), expected, "\(what), multi-turn")
            // A template that drops no thoughts renders the same either way, and then the file says it once.
            compare(
                try turns(dropping: true), line["multi_turn_history_thoughts_dropped"]?.arrayValue ?? expected,
                "\(what), multi-turn without earlier thoughts")
        }
        if let expected = line["one_turn"] {
            let turn = try template.renderLastTurn(
                conversation.messages, system: conversation.system, tools: conversation.tools)
            compare([turn], [expected], "\(what), one turn")
            let prompt = try template.renderPrompt(
                Array(conversation.messages.dropLast()), system: conversation.system, tools: conversation.tools)
            report.check(prompt == turn.prompt, "\(what): what is chatted with is not what is taught")
        }
        if let error = line["multi_error"]?.stringValue ?? line["one_error"]?.stringValue {
            for isDropping in [false, true] {
                let found = try? turns(dropping: isDropping)
                report.check(found == nil, "\(what): no error, where there should be \(error)")
            }
        }
    }

    private mutating func compare(_ found: [RenderedTurn], _ expected: [JSONValue], _ what: String) {
        report.check(found.count == expected.count, "\(what): \(found.count) turns instead of \(expected.count)")
        for (index, (turn, golden)) in zip(found, expected).enumerated() {
            compare(turn.prompt, golden.objectValue?["prompt"], "\(what): prompt \(index)")
            compare(turn.response, golden.objectValue?["response"], "\(what): response \(index)")
        }
    }

    private mutating func compare(_ found: [TemplatePiece], _ golden: JSONValue?, _ what: String) {
        let expected = (golden?.arrayValue ?? []).map(Self.piece)
        let isEqual =
            found.count == expected.count
            && zip(found, expected).allSatisfy { found, expected in
                // String's own equality takes é for e and an accent.
                expected.map {
                    Self.kind($0) == Self.kind(found) && $0.plainText().utf8.elementsEqual(found.plainText().utf8)
                }
                    ?? false
            }
        report.check(isEqual, "\(what):\n  \(found)\ninstead of\n  \(golden.map(Self.text) ?? "nothing")")
    }

    private static func text(_ value: JSONValue) -> String { JSONWriter.string(value, style: .pythonic) }

    private static func kind(_ piece: TemplatePiece) -> Int {
        switch piece {
        case .text, .continuation: 0
        case .token: 1
        case .beginningOfSequence: 2
        case .endOfSequence: 3
        }
    }

    /// A piece as the file has it; a special that is neither beginning nor end is the token of that text.
    static func piece(_ value: JSONValue) -> TemplatePiece? {
        if let text = value.stringValue ?? value.objectValue?["text"]?.stringValue { return .text(text) }
        if let token = value.objectValue?["token"]?.stringValue { return .token(token) }
        return switch value.objectValue?["special"]?.stringValue {
        case "bos_token": .beginningOfSequence
        case "eos_token": .endOfSequence
        case let special?: .token(special)
        case nil: nil
        }
    }

    // MARK: Facts

    private mutating func checkFacts(_ path: FilePath) throws {
        let golden = try GoldenFile(path)
        let root = try golden.object(golden.value, "templates")
        for (name, value) in try golden.object(root["templates"], "templates").members {
            // Templates of models that see or hear are named there, and no facts told.
            guard let facts = value.objectValue, facts["kind"] != nil else { continue }
            guard let found = try? ChatTemplate.named(name) else {
                report.check(false, "\(name): no such template here")
                continue
            }
            for (key, value) in found.json.members where key != "name" {
                let expected = Self.fact(key, in: facts)
                report.check(
                    value == expected, "\(name): \(key) is \(Self.text(value)) instead of \(Self.text(expected))")
            }
        }
    }

    /// A fact of the reference's file in the layout of ours.
    private static func fact(_ key: String, in facts: JSONObject) -> JSONValue {
        switch key {
        case "tool_format": return facts["function_tool_format"] ?? .null
        case "system_place": return .string(facts["kind"]?.stringValue == "Llama2Template" ? "user" : "own")
        case "empty_thought":
            return switch facts["kind"]?.stringValue {
            case "ReasoningTemplate": .string("both_words")
            case "Glm47ReasoningTemplate": .string("last_word")
            default: .null
            }
        case "prefix", "system", "user", "assistant", "function", "observation", "tools":
            return .array(
                (facts[key]?.arrayValue ?? []).map { value in
                    guard let special = value.objectValue?["special"]?.stringValue,
                        special != "bos_token", special != "eos_token"
                    else { return value }
                    return .object(["token": .string(special)])
                })
        default: return facts[key] ?? .null
        }
    }

    /// The day on which the file was made, where a rendering tells it; it is no part of a template.
    private static func date(in line: JSONObject) -> CalendarDate? {
        let text = text(.object(line))
        guard let found = text.firstRange(of: "Today Date: ") else { return nil }
        return CalendarDate(text: String(text[found.upperBound...].prefix(11)))
    }
}
