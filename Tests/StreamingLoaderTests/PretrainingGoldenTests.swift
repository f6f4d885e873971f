import ChatTemplates
import DatasetFormats
import SharedData
import Testing
import Tokenizers

@testable import StreamingLoader

/// Texts as LLaMA-Factory makes blocks of them at stage `pt`: `tools/make-llamafactory-fixtures`.
@Suite struct PretrainingGoldenTests {
    @Test(arguments: try Fixtures.lines("llamafactory/pretraining.jsonl"))
    func blocksAreTheReferences(line: JSONObject) throws {
        let name = try #require(line["tokenizer"]?.stringValue)
        let tokenizer = try Tokenizer(
            huggingFace: try Fixtures.bytes("tokenizers/files/\(name)"),
            configuration: [
                "bos_token": .string("<|end|>"), "eos_token": .string("<|end|>"),
                "add_bos_token": line["adds_beginning"] ?? .null,
            ], source: name)
        let texts = (line["texts"]?.arrayValue ?? []).compactMap(\.stringValue)
        let packing = line["packing"]?.boolValue
        let cutoff = try #require(line["cutoff_len"]?.intValue)
        let encoder = try PretrainingEncoder(
            template: try ChatTemplate.named(try #require(line["template"]?.stringValue)), tokenizer: tokenizer,
            cutoffLength: PretrainingEncoder.blockLength(cutoffLength: cutoff, isPackingAsked: packing == true))
        let found = packing == false ? texts.map(encoder.sequence) : encoder.blocks(texts)
        let expected = (line["input_ids"]?.arrayValue ?? []).map { block in
            (block.arrayValue ?? []).compactMap { $0.intValue.map(Int32.init) }
        }
        #expect(found == expected)
    }
}
