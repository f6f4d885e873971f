import ChatTemplates
import Conversations
import DatasetFormats
import SharedData
import StreamingLoader
import Testing
import Tokenizers

/// Token ids and labels as LLaMA-Factory makes them at stage `sft`, against ours.
@Suite(.enabled(if: SharedData.isAvailable, Comment(rawValue: SharedData.whySkipped)))
struct ExampleEncoderGoldenTests {
    private static let known: Set<String> = ["template", "cutoff_len", "train_on_prompt", "mask_history"]

    private func options(_ object: JSONObject) -> ExampleEncoder.Options {
        ExampleEncoder.Options(
            cutoffLength: object["cutoff_len"]?.intValue ?? 512,
            trainsOnPrompt: object["train_on_prompt"]?.boolValue ?? false,
            masksHistory: object["mask_history"]?.boolValue ?? false)
    }

    @Test func idsAndLabelsEqualLLaMAFactorys() throws {
        let tokenizer = try Tokenizer(
            tokenizer: try #require(try SharedData.json("data/smollm2-tokenizer/tokenizer.json").objectValue),
            configuration: try SharedData.json("data/smollm2-tokenizer/tokenizer_config.json").objectValue,
            source: "smollm2-tokenizer")
        let registry = try #require(try SharedData.json("data/llamafactory/dataset_info.json").objectValue)
        var checkedCases = 0
        for value in try #require(try SharedData.json("data/sft/encoded.json").arrayValue) {
            let golden = try #require(value.objectValue)
            let optionObject = try #require(golden["options"]?.objectValue)
            let templateName = optionObject["template"]?.stringValue ?? "smollm2"
            guard golden["stage"]?.stringValue == "sft", Self.known.isSuperset(of: optionObject.keys),
                try ChatTemplate.named(templateName).stopWords.allSatisfy({ tokenizer.tokenID(for: $0) != nil })
            else { continue }
            let label = golden["case"]?.stringValue ?? ""
            let entry = try #require(registry[golden["dataset"]?.stringValue ?? ""]?.objectValue)
            let converter = RowConverter(schema: try RowSchema(entry: entry))
            let encoder = try ExampleEncoder(
                template: try ChatTemplate.named(templateName), tokenizer: tokenizer, options: options(optionObject))
            // LLaMA-Factory drops the rows that are no conversation before it numbers them.
            let conversations = try SharedData.lines("data/llamafactory/\(entry["file_name"]?.stringValue ?? "")")
                .enumerated().compactMap { try? converter.conversation(from: $0.element, index: $0.offset) }
            #expect(conversations.count == golden["row_count"]?.intValue, "\(label)")
            let offset = try #require(golden["offset"]?.intValue)
            for (place, row) in try #require(golden["rows"]?.arrayValue).enumerated() {
                let example = try encoder.example(from: conversations[offset + place], row: offset + place)
                let ids = row.objectValue?["input_ids"]?.arrayValue?.compactMap(\.intValue)
                let labels = row.objectValue?["labels"]?.arrayValue?.compactMap(\.intValue)
                #expect(example.tokenIDs.map(Int.init) == ids, "\(label), row \(offset + place)")
                #expect(example.labels.map(Int.init) == labels, "\(label), row \(offset + place)")
            }
            checkedCases += 1
        }
        #expect(checkedCases == 19)
    }
}
