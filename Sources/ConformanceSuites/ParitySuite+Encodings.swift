import ChatTemplates
import Conversations
import DatasetFormats
import LanguageModels
import Messages
import StreamingLoader
import Tokenizers

/// Token ids and labels, as LLaMA-Factory builds them for the model's template.
extension ParitySuite {
    mutating func checkEncodings() throws {
        let golden = try GoldenFile(folder.appending("a_rendered.json"))
        let root = try golden.object(golden.value, "rendered")
        let template = try ChatTemplate.named(root["template"]?.stringValue ?? "smollm2")
        for (index, value) in try golden.array(root["examples"], "examples").enumerated() {
            let entry = try golden.object(value, "examples")
            let note = entry["note"]?.stringValue ?? "example \(index)"
            let row = try golden.object(entry["source"], "source")
            guard let schema = RowSchema.inferred(fromFirstRow: row) else {
                throw ConformanceError.wrongLayout(path: golden.path, field: "source")
            }
            let conversation = try RowConverter(schema: schema).conversation(from: row, index: index)
            let encoder = try ExampleEncoder(template: template, tokenizer: tokenizer, options: options(note: note))
            try check(try encoder.example(from: conversation, row: index), entry, golden, note)
        }
        try checkIdentity(template)
    }

    /// The notes say what was asked of LLaMA-Factory, where that is not its default.
    private func options(note: String) -> ExampleEncoder.Options {
        let words = note.split { " ,=".contains($0) }
        let cutoff = words.firstIndex { $0 == "cutoff" || $0 == "cutoff_len" }.flatMap { place in
            words.indices.contains(place + 1) ? Int(words[place + 1]) : nil
        }
        return ExampleEncoder.Options(
            cutoffLength: cutoff ?? 512, trainsOnPrompt: note.contains("train_on_prompt=true"),
            masksHistory: note.contains("mask_history=true"))
    }

    /// The identity rows are there as tokens alone: their text is read back as a conversation and encoded anew.
    private mutating func checkIdentity(_ template: ChatTemplate) throws {
        let golden = try GoldenFile(folder.appending("a_identity_all.json"))
        let encoder = try ExampleEncoder(
            template: template, tokenizer: tokenizer, options: ExampleEncoder.Options(cutoffLength: 512))
        for (index, value) in try golden.array(golden.value, "rows").enumerated() {
            let entry = try golden.object(value, "row")
            let ids = try golden.integers(entry["input_ids"], "input_ids")
            var messages = chatMLMessages(try tokenizer.decode(ids))
            var system = ""
            if let first = messages.first, first.role == .system {
                system = first.content
                messages.removeFirst()
            }
            guard let answer = messages.popLast() else {
                throw ConformanceError.wrongLayout(path: golden.path, field: "input_ids")
            }
            let conversation = Conversation(system: system, prompt: messages, response: .supervised(answer))
            try check(try encoder.example(from: conversation, row: index), entry, golden, "identity \(index)")
        }
    }

    private mutating func check(
        _ found: TrainingExample, _ entry: JSONObject, _ golden: GoldenFile, _ note: String
    ) throws {
        let ids = try golden.integers(entry["input_ids"], "input_ids")
        let labels = try golden.integers(entry["labels"], "labels")
        report.check(found.tokenIDs == ids, "\(note): ids \(found.tokenIDs) instead of \(ids)")
        report.check(found.labels == labels, "\(note): labels \(found.labels) instead of \(labels)")
    }

    private func chatMLMessages(_ text: String) -> [Message] {
        text.split(separator: "<|im_start|>").compactMap { turn in
            guard let lineEnd = turn.firstIndex(of: "\n"), let role = Role(rawValue: String(turn[..<lineEnd])) else {
                return nil
            }
            let content = turn[turn.index(after: lineEnd)...]
            return Message(role: role, content: String(content.split(separator: "<|im_end|>\n").first ?? ""))
        }
    }
}
